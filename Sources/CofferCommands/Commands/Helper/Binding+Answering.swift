// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferToolProtocols

extension Binding.Kind {
    /// What a tool asks for as it is written down: the same text for all that means the same.
    ///
    /// - Throws: ``ToolFailure`` `invalid`.
    func match(_ text: String) throws(ToolFailure) -> String {
        switch self {
        case .git: return try GitPlace(match: text).text
        case .aws: return try ToolName(text).text
        case .kubernetes:
            guard text.contains("://") else { return try ToolName(text).text }
            return try GitPlace(match: text, for: "a Kubernetes client").text
        case .docker: return try RegistryPlace(text).text
        case .keyring:
            guard text.contains("://") else { return try ToolName(text).text }
            return try GitPlace(match: text, for: "keyring").text
        case .curl: return try GitPlace(match: text, for: "curl").text
        case .netrc: return try GitPlace(onlyHost: text).host
        }
    }
}

extension Binding {
    /// What is bound to a request that has one name only.
    ///
    /// - Parameters:
    ///   - kind: the tool.
    ///   - match: what it asks for, as it is written down.
    ///   - context: whose settings.
    /// - Returns: the binding.
    /// - Throws: ``CommandError`` `not_found` if nothing is.
    static func answering(_ kind: Kind, _ match: String, _ context: CommandContext) throws -> Binding {
        let all = try BindingSettings(context.environment).all()
        guard let binding = all.first(where: { $0.kind == kind && $0.match == match }) else {
            throw nothing(kind, match)
        }
        return binding
    }

    /// Says that nothing is bound, and how to bind something.
    static func nothing(_ kind: Kind, _ match: String) -> CommandError {
        CommandError(
            "not_found", message: "nothing is bound to \(match)",
            hint: "say what answers: coffer bind \(kind.rawValue) \(match) PATH")
    }

    /// Of those with the longest path that a place lies in, the one that ``best(of:for:)`` chooses.
    ///
    /// - Returns: nil if there is none.
    /// - Throws: as that does.
    static func closest(of all: [Binding], to place: GitPlace, for username: String?) throws -> Binding? {
        let fitting = try all.filter { $0.match.contains("://") && $0.isFor(username) }
            .map { (binding: $0, place: try GitPlace(match: $0.match)) }.filter { $0.place.covers(place) }
        let longest = fitting.map(\.place.segments.count).max()
        return try best(of: fitting.filter { $0.place.segments.count == longest }.map(\.binding), for: username)
    }

    /// The one with the request's name, or else the one without any.
    ///
    /// - Returns: nil if there is none.
    /// - Throws: ``CommandError`` `misconfigured` where several names are bound and the request has none.
    static func best(of all: [Binding], for username: String?) throws -> Binding? {
        let fitting = all.filter { $0.isFor(username) }
        if let named = fitting.first(where: { $0.username != nil && $0.username == username }) { return named }
        guard fitting.count > 1 else { return fitting.first }
        if let unnamed = fitting.first(where: { $0.username == nil }) { return unnamed }
        let first = fitting[0]
        throw CommandError(
            "misconfigured", message: "several names are bound to \(first.match)",
            hint: first.kind == .git || first.kind == .keyring ? "put one of them into the URL: https://NAME@HOST" : nil
        )
    }

    private func isFor(_ name: String?) -> Bool { [nil, name ?? username].contains(username) }
}
