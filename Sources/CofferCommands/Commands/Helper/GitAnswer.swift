// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials
import CofferKeeper
import CofferToolProtocols

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What one entry answers to one request of git's.
struct GitAnswer {
    private let binding: Binding
    private let request: GitCredential

    /// Answers a request by what it is bound to.
    init(_ binding: Binding, _ request: GitCredential) {
        self.binding = binding
        self.request = request
    }

    /// The answer to `get`; empty where there is nothing, so that git asks the next helper or the person.
    ///
    /// - Throws: ``CommandError`` `unsupported` for a token that can't be presented in this way, `misconfigured` for a password
    ///   without a name; ``ToolFailure`` `unusable_secret`.
    func get(from source: BoundSource) async throws -> Secret {
        switch try await source.value(at: binding.path) {
        case .nothing, .withheld: return Secret("")
        case .token(let credential): return try token(credential)
        case .secret(let credential):
            let kept = try KeptPassword(credential.value)
            var answer = kept.credential
            if kept.isGits, let name = request.username, let own = answer.username, name != own { return Secret("") }
            answer.username = answer.username ?? binding.username ?? request.username
            guard answer.username != nil else {
                throw CommandError(
                    "misconfigured", message: "\(binding.path) is a password without a name",
                    hint: "bind it with --username", path: binding.path)
            }
            return try answer.lines()
        }
    }

    /// Keeps what git wants stored, where that is git's to change.
    ///
    /// - Returns: what to say; nil if there is nothing to say.
    func store(in keeper: Keeper) async throws -> String? {
        guard !request.isEphemeral, request.password != nil else { return nil }
        let text = try KeptPassword.text(of: request)
        if case .connection = try await keeper.boundEntry(binding.path) { return nil }
        return try await keeper.change(binding.path) { value in
            // git stores what it was given just now, each time that it worked.
            guard let value, value != text else { return (value == nil ? .put(text) : .keep, nil) }
            let kept = try KeptPassword(value)
            guard kept.isGits else {
                return (
                    .keep,
                    kept.credential.password == request.password
                        ? nil : "\(binding.path) was not replaced by what git got: git did not store it"
                )
            }
            // A URL with a name and password in it, as a repository's list of submodules may have, is stored by git as well.
            guard kept.credential.username == request.username else {
                return (.keep, "\(binding.path) was not replaced by what git got: it is another name's")
            }
            return (.put(text), nil)
        }
    }

    /// Takes back a password that a server refused: what git stored goes, and a token is refreshed before it is given out again.
    func erase(in keeper: Keeper) async throws {
        switch try await keeper.boundEntry(binding.path) {
        case .nothing: return
        case .connection:
            guard let refused = request.password ?? request.presented else { return }
            let credential = try await keeper.credential(
                for: CredentialRequest(path: binding.path, minimumValidity: BoundCredential.leastValidity))
            if credential.value == refused { try await keeper.report(rejected: credential) }
        case .secret:
            try await keeper.change(binding.path) { value in
                guard let kept = try value.map(KeptPassword.init) else { return (.keep, ()) }
                // What git presented in a scheme of its own, another helper gave it; that says nothing of this password.
                let isSame =
                    request.presented == nil
                    && (request.password == nil || request.password == kept.credential.password)
                let isHis = request.username == nil || request.username == kept.credential.username
                return (kept.isGits && isSame && isHis ? .remove : .keep, ())
            }
        }
    }

    /// What `store` and `erase` come to where nobody opens the vault: a token is not git's to store, and one that a server refused is
    /// told to the agent.
    ///
    /// - Returns: whether that was all; a static secret is the vault's to change.
    func settle(_ operation: String, with client: AgentClient) async throws -> Bool {
        guard case .token(let credential) = try await BoundSource.agent(client).value(at: binding.path) else {
            return false
        }
        if operation == "erase", let refused = request.password ?? request.presented, credential.value == refused {
            try await client.report(rejected: credential)
        }
        return true
    }

    private func token(_ credential: Credential) throws -> Secret {
        guard !BoundCredential.needsProof(credential) else {
            throw CommandError(
                "unsupported", message: "git can't sign the proof that each request with this token needs",
                path: binding.path)
        }
        var answer = GitCredential()
        answer.password = credential.value
        answer.passwordExpiry = credential.expiresAt.map { Int64($0.timeIntervalSince1970) }
        guard let scheme = binding.scheme else {
            answer.username = binding.username ?? request.username ?? BoundCredential.tokenName
            return try answer.lines()
        }
        guard request.capabilities.contains("authtype") else {
            throw CommandError(
                "unsupported", message: "this git can't present a token by itself; git 2.46 can",
                hint: "bind it without --bearer", path: binding.path)
        }
        return try answer.lines(presentedBy: scheme)
    }
}
