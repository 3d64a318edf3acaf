// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferDescriptions
@testable import CofferOAuth

/// What one field of a description changes, as it is seen from outside: on the wire, in an outcome or a decision.
///
/// Both files are read as a person's own would be, so that reading, the schema's key path and the use are one chain.
struct FieldEffect: Sendable, CustomTestStringConvertible {
    /// The field.
    let field: String
    /// What else both files state, by dotted names.
    var beside: [String: String] = [:]
    /// What the one file states; absent: nothing, so that the default counts.
    var without: String?
    /// What the other one states.
    let value: String
    /// What is seen in each of them.
    let seen: (without: String, with: String)
    /// How it is looked at.
    let look: @Sendable (CatalogueEntry) async throws -> String

    var testDescription: String { field }

    /// What both files state unless told: as little as a description may.
    private static let least = [
        "id": "example", "name": "Example", "endpoints.token": "https://as.example.com/token",
        "endpoints.authorization": "https://as.example.com/authorize", "hosts.secrets": "[as.example.com]",
        "client.authentication": "post",
    ]

    /// The entry of the file with the field, or without it.
    func entry(withField: Bool) throws -> CatalogueEntry {
        var fields = Self.least.merging(beside) { $1 }
        if let text = withField ? value : without { fields[field] = text }
        return try DescriptionFile.read(Array(Self.yaml(fields).utf8)) { _ in nil }
    }

    /// A file of fields with dotted names.
    private static func yaml(_ fields: [String: String]) -> String {
        var sections: [String: [String]] = [:]
        var lines = ["coffer_provider: 1"]
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            if parts.count == 1 {
                lines.append("\(name): \(value)")
            } else {
                sections[parts[0], default: []].append("\(parts[1]): \(value)")
            }
        }
        lines += sections.sorted { $0.key < $1.key }.map { "\($0.key): {\($0.value.joined(separator: ", "))}" }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension CatalogueEntry {
    /// The app of the tests at this provider.
    var app: ClientRegistration {
        get throws {
            ClientRegistration(
                provider: try described(), clientID: "client", clientSecret: Secret("s:1"),
                redirectURI: "https://client.example/back")
        }
    }

    /// How an answer to a refresh ends.
    func outcome(_ status: Int, _ body: String) async throws -> TokenOutcome {
        await Fixtures.client(ScriptedTransport(status, body)).refresh(
            try app, refreshToken: Secret("R"), accountHost: nil, scope: nil)
    }

    /// Where the browser goes, with what is random replaced.
    func authorizationURL(scopes: [String] = ["a", "b"]) throws -> String {
        try AuthorizationAttempt(app, scopes: scopes) { _ in [UInt8](repeating: 0, count: 32) }.url
    }

    /// What is read of a callback.
    func code(_ more: String) throws -> AuthorizationCode {
        let attempt = try AuthorizationAttempt(app)
        let state = attempt.state.map { "&state=\($0.withExposedText { String($0) })" } ?? ""
        return try CallbackParser(attempt).parse("https://client.example/back?code=C\(state)\(more)")
    }

    /// What a callback leads to.
    func callback(_ more: String) throws -> String {
        do {
            let code = try code(more)
            return "code for \(code.accountHost ?? "no host")"
        } catch let error as OAuthError {
            return error.code.rawValue
        }
    }

    /// A grant at this provider, whose one-hour token was issued at noon.
    func grant(_ change: (inout GrantSnapshot) -> Void = { _ in }) throws -> GrantSnapshot {
        GrantSnapshot.sample(provider: try described(), change)
    }

    /// What is decided about the grant, with an intent that was left at a moment and is overdue.
    func decision(intentAt date: Date, at now: Date) throws -> String {
        var machine = RefreshMachine.sample(.due)
        return machine.step(.read(try grant().recording(at: date)), at: now).word
    }

    /// The windows of a one-hour token from noon.
    func windows() throws -> RefreshWindows {
        RefreshWindows(obtainedAt: noon, expiresAt: noon + 3600, provider: try described())
    }
}

extension HTTPMessage {
    /// The request in one line, without what is random.
    var line: String {
        var words = ["\(method.rawValue) \(destination.url)", authorizationText]
        words += headers.filter { $0.name.lowercased() != "accept" }.map { "\($0.name): \($0.value)" }
        return (words + [bodyText]).filter { !$0.isEmpty }.joined(separator: " | ")
    }
}

extension RefreshMachine.Action {
    /// What is done, in a word or two.
    var word: String {
        switch self {
        case .read: "read"
        case .wait: "wait"
        case .record(let attempt, _): "present, attempt \(attempt)"
        case .send: "send"
        case .inquire: "inquire"
        case .locate: "locate"
        case .commit: "commit"
        case .settle(let settlement, _):
            "settle \(settlement.state.rawValue)\(settlement.intent == nil ? "" : ", intent kept")"
        case .finish: "finish"
        case .fail(let error): "fail \(error.code.rawValue)"
        }
    }
}
