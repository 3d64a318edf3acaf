// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferToolProtocols

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The name and the password that a binding stands for, for tools that ask for them and store them.
///
/// What such a tool stores is kept as what git stores is (``CofferToolProtocols/KeptPassword``), so that one entry may answer
/// several tools.
struct BoundPassword {
    private let source: BoundSource
    private let binding: Binding
    private let tool: String

    /// Answers for a tool by what is bound.
    init(_ source: BoundSource, _ binding: Binding, for tool: String) {
        self.source = source
        self.binding = binding
        self.tool = tool
    }

    /// Who, and by what; a name is always there.
    ///
    /// - Parameters:
    ///   - username: the name that is asked for; nil for any.
    ///   - now: what time it is, for a password that git stored with its end.
    /// - Returns: nil where there is nothing yet, or what is there is another name's or over.
    /// - Throws: ``CommandError`` `misconfigured` for a password without a name, and as ``BoundCredential``.
    func get(_ username: String?, now: Date) async throws -> (username: String, password: Secret)? {
        guard let bound = try await BoundCredential.find(source, binding, for: tool) else { return nil }
        return try password(of: bound, username, now: now)
    }

    /// Who, and by what, of what was handed out.
    ///
    /// - Throws: as ``get(_:now:)``.
    func password(
        of bound: BoundCredential, _ username: String?, now: Date
    ) throws -> (username: String, password: Secret)? {
        let said = binding.username ?? username
        if bound.isToken { return (said ?? BoundCredential.tokenName, bound.credential.value) }
        let kept = try kept(bound.credential.value)
        guard let password = kept.credential.password else { return nil }
        if let end = kept.credential.passwordExpiry, TimeInterval(end) <= now.timeIntervalSince1970 { return nil }
        if kept.isGits, let username, let own = kept.credential.username, username != own { return nil }
        guard let name = kept.credential.username ?? said else {
            throw CommandError(
                "misconfigured", message: "\(binding.path) is a password without a name",
                hint: "bind it with --username", path: binding.path)
        }
        return (name, password)
    }

    /// Keeps what a tool wants stored, where that is a tool's to change.
    ///
    /// - Throws: ``CommandError`` `exists` where something else is kept there, `unusable_secret` for what has a line break.
    func store(_ username: String, _ password: Secret, in keeper: Keeper) async throws {
        let text = try Self.text(username, password)
        if try await keeper.boundEntry(binding.path) == .connection {
            let bound = try await BoundCredential(.vault(keeper), binding, for: tool)
            if bound.credential.value == password { return }
            throw refusal("it is a connection, whose tokens are Coffer's to replace")
        }
        try await keeper.change(binding.path) { value in
            // What was given out just now comes back to be stored, each time that it worked.
            guard let value, value != text else { return (value == nil ? .put(text) : .keep, ()) }
            let kept = try kept(value)
            guard kept.isGits else {
                if kept.credential.password == password { return (.keep, ()) }
                throw refusal("no tool stored what is there")
            }
            guard kept.credential.username == username else { throw refusal("it is another name's") }
            return (.put(text), ())
        }
    }

    /// Takes back what a tool has stored.
    ///
    /// - Parameters:
    ///   - username: whose; nil for anybody's.
    ///   - keeper: whose vault.
    /// - Returns: whether there was anything of that name.
    /// - Throws: ``CommandError`` `exists` where something else is kept there.
    func erase(_ username: String?, in keeper: Keeper) async throws -> Bool {
        if try await keeper.boundEntry(binding.path) == .connection { throw refusal("it is a connection", "removed") }
        return try await keeper.change(binding.path) { value in
            guard let value else { return (.keep, false) }
            let kept = try kept(value)
            guard kept.isGits else { throw refusal("no tool stored what is there", "removed") }
            guard username == nil || username == kept.credential.username else { return (.keep, false) }
            return (.remove, true)
        }
    }

    /// What is kept of a name and a password.
    private static func text(_ username: String, _ password: Secret) throws -> Secret {
        var credential = GitCredential()
        credential.username = username
        credential.password = password
        do { return try KeptPassword.text(of: credential) } catch {
            throw CommandError(error.code.rawValue, message: "a name or a password with a line break in it is not kept")
        }
    }

    private func kept(_ value: Secret) throws -> KeptPassword {
        guard let kept = try? KeptPassword(value) else {
            throw CommandError(
                "unusable_secret", message: "what is kept has several lines or a zero in it, and is no password",
                path: binding.path)
        }
        return kept
    }

    private func refusal(_ reason: String, _ action: String = "replaced") -> CommandError {
        CommandError(
            "exists", message: "\(binding.path) was not \(action): \(reason)",
            hint: "say what answers instead: coffer bind \(binding.kind.rawValue) \(binding.match)", path: binding.path)
    }
}
