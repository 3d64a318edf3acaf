// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials
import CofferKeeper

/// Whoever hands out what a binding points to: the vault, or the agent in its place.
enum BoundSource: Sendable {
    /// The vault.
    case vault(Keeper)
    /// The agent.
    case agent(AgentClient)

    /// What stands where a binding points.
    enum Value: Sendable {
        /// Nothing yet.
        case nothing
        /// A connection, of which nothing was handed out, as its tokens are of no use.
        case withheld
        /// A connection's token.
        case token(Credential)
        /// A static secret.
        case secret(Credential)
    }

    /// Hands it out.
    ///
    /// - Parameters:
    ///   - path: Where the binding points.
    ///   - takesTokens: Whether a token is of any use; if not, none is handed out.
    /// - Returns: the token or the secret, or why there is neither: nothing stands there, or it is a connection's and withheld.
    /// - Throws: what the vault or the agent throws, `wrong_kind` or `misconfigured` for an app.
    func value(at path: CredentialPath, takesTokens: Bool = true) async throws -> Value {
        let request = CredentialRequest(path: path, minimumValidity: BoundCredential.leastValidity)
        switch self {
        case .vault(let keeper):
            let entry = try await keeper.boundEntry(path)
            if entry == .nothing { return .nothing }
            if entry == .connection, !takesTokens { return .withheld }
            let credential = try await keeper.credential(for: request)
            return entry == .connection ? .token(credential) : .secret(credential)
        case .agent(let client):
            do {
                guard takesTokens else { return .secret(try await client.secret(at: path)) }
                let (credential, isToken) = try await client.value(for: request)
                return isToken ? .token(credential) : .secret(credential)
            } catch {
                let code = (error as? CredentialError)?.code
                if code == .notFound { return .nothing }
                if code == .misconfigured, !takesTokens { return .withheld }
                throw error
            }
        }
    }
}

extension VaultOptions {
    /// Works for a tool with the agent where one serves this vault and no identity was named, else with the vault.
    ///
    /// - Parameters:
    ///   - isLeftOut: Whether no agent is to be asked.
    ///   - tool: What stands as the reason in the vault's events.
    ///   - body: The work; it prints nothing before it has succeeded.
    /// - Returns: what the body returns.
    /// - Throws: as ``withAgent(unless:isVaultsAlone:because:agent:vault:)``.
    func withSource<R>(
        unless isLeftOut: Bool, because tool: String, _ body: (BoundSource, CommandContext) async throws -> R
    ) async throws -> R {
        try await withAgent(unless: isLeftOut, because: tool) { client, context in
            try await body(.agent(client), context)
        } vault: { keeper, context in
            try await body(.vault(keeper), context)
        }
    }
}
