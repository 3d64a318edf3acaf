// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials

/// What a child's environment is made of.
struct ChildEnvironment: Sendable {
    /// What holds an identity or a ticket: it is for no child, whoever asks (contracts, "Environment").
    static let ownKeys: Set<String> = ["COFFER_IDENTITY", AgentTicket.variable]

    /// What `--only` leaves of ours.
    static let keptByOnly: Set<String> = ["PATH", "HOME", "TERM", "LANG"]

    /// The variables, each name once, sorted by it.
    let variables: [ChildVariable]

    /// Puts it together: ours, then what files say, then what was named.
    ///
    /// - Parameters:
    ///   - ours: our own environment, of which ``ownKeys`` are left out.
    ///   - files: the variables of `--env-file`, in order.
    ///   - named: those of `--env`.
    ///   - only: whether little of ours is passed on.
    ///   - force: whether reserved names may be set.
    ///   - option: the option that says so, for a hint.
    ///   - read: the bytes of one of ours.
    /// - Throws: ``CommandError`` with the code `usage` and the variable's name, `CredentialError` `invalid_path`.
    init(
        ours: [String: String], files: [(name: String, value: String)], named: [VariableAssignment], only: Bool,
        force: Bool, forcedBy option: String = "--force", exactly read: (String) -> Secret? = { _ in nil }
    ) throws {
        func requireFree(_ name: String) throws { try Self.requireFree(name, force: force, option) }
        var all: [String: ChildVariable.Value] = [:]
        for (name, value) in ours where !Self.ownKeys.contains(name) {
            if only, !Self.keptByOnly.contains(name) { continue }
            if EntryReference.isReference(value) { try requireFree(name) }
            all[name] = try Self.value(value, of: name)
            // In a text U+FFFD stands for what is no UTF-8; a child gets what there is.
            if case .text? = all[name], value.unicodeScalars.contains("\u{FFFD}"), let bytes = read(name) {
                all[name] = .bytes(bytes)
            }
        }
        for (name, value) in files {
            try requireFree(name)
            all[name] = try Self.value(value, of: name)
        }
        for assignment in named {
            guard ChildVariable.isName(assignment.name) else {
                throw CommandError(
                    "usage", message: "'\(assignment.name)' is no name of a variable",
                    hint: "letters, digits and _, and no digit first")
            }
            try requireFree(assignment.name)
            all[assignment.name] = try Self.value(assignment.reference, of: assignment.name)
        }
        variables = all.map { ChildVariable(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    }

    private static func value(_ text: String, of name: String) throws -> ChildVariable.Value {
        guard EntryReference.isReference(text) else { return .text(text) }
        do { return .reference(try EntryReference(text)) } catch {
            let error = CommandError(error)
            throw CommandError(error.code, message: "variable \(name): \(error.message)", hint: error.hint)
        }
    }

    private static func requireFree(_ name: String, force: Bool, _ option: String) throws(CommandError) {
        guard !ownKeys.contains(name) else {
            throw CommandError("usage", message: "\(name) is passed on to nobody")
        }
        guard !force, ReservedVariable.contains(name) else { return }
        throw CommandError(
            "usage", message: "\(name) decides how programs run, and is not set", hint: "\(option) sets it all the same"
        )
    }
}
