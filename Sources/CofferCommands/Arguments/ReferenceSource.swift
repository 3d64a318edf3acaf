// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials
import CofferKeeper

/// Whoever says what references stand for: the vault, or the agent in its place.
enum ReferenceSource: Sendable {
    /// The vault.
    case vault(Keeper)
    /// The agent, which has none of the fields that are the vault's alone (``EntryReference/isVaultsAlone``).
    case agent(AgentClient)

    /// What a reference stands for.
    ///
    /// - Throws: what the vault or the agent throws.
    func value(of reference: EntryReference) async throws -> Secret {
        switch self {
        case .vault(let keeper): return try await keeper.get(reference.path, field: reference.field)
        case .agent(let client):
            let request = CredentialRequest(path: reference.path)
            switch reference.field {
            case "value": return try await client.secret(at: reference.path).value
            case "access_token": return try await client.token(for: request).credential.value
            default: return try await client.value(for: request).credential.value
            }
        }
    }
}

extension VaultOptions {
    /// Works with the agent where one serves this vault and no identity was named, else with the vault.
    ///
    /// All references come from the same: where one of them is the vault's alone, that is opened anyway.
    ///
    /// - Parameters:
    ///   - references: What is to be asked for.
    ///   - isLeftOut: Whether no agent is to be asked.
    ///   - body: The work; it prints nothing before it has succeeded, and throws on what leaves the work to the vault.
    /// - Returns: what the body returns.
    /// - Throws: as ``withAgent(unless:isVaultsAlone:because:agent:vault:)``.
    func withSource<R>(
        of references: [EntryReference], unless isLeftOut: Bool,
        _ body: (ReferenceSource, CommandContext) async throws -> R
    ) async throws -> R {
        let isVaultsAlone = references.contains { $0.isVaultsAlone }
        return try await withAgent(unless: isLeftOut, isVaultsAlone: isVaultsAlone) { client, context in
            try await body(.agent(client), context)
        } vault: { keeper, context in
            try await body(.vault(keeper), context)
        }
    }
}
