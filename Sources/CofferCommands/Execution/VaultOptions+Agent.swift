// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials
import CofferKeeper

extension VaultOptions {
    /// Whether the caller says which identity opens the vault, so that the default file does not count.
    func namesIdentity(_ context: CommandContext) -> Bool {
        identityFile != nil || identityFd != nil || identityCommand != nil || identityInVault != nil
            || VaultLocation.namesIdentity(context.environment)
    }

    /// Whether no identity was named, and none is at the usual place.
    ///
    /// - Throws: `KeeperError` with the code `usage`.
    func lacksIdentity(_ context: CommandContext) throws -> Bool {
        guard !namesIdentity(context) else { return false }
        return try location(context).lacksIdentity
    }

    /// Refuses to open the vault where a ticket is named: whoever was given one is to have no more than that is good for, and this
    /// user's identity may lie at its usual place.
    ///
    /// - Parameters:
    ///   - context: Where it would be named.
    ///   - obstacle: Why the agent does not do it, as a clause.
    /// - Throws: ``CredentialError`` `misconfigured`.
    func refuseTicket(_ context: CommandContext, because obstacle: String) throws {
        guard AgentTicket.isNamed(context.environment) else { return }
        throw CredentialError(
            .misconfigured,
            message: "a ticket is named (\(AgentTicket.variable)), so the vault is not opened, and \(obstacle)")
    }

    /// Asks the agent where one serves this vault and no identity was named; else works with the vault.
    ///
    /// An agent that can't be used is told of, and the vault is opened in its place; where there is no identity for that, or a ticket is
    /// named, the agent's failure is the command's.
    ///
    /// - Parameters:
    ///   - isLeftOut: Whether no agent is to be asked.
    ///   - isVaultsAlone: Whether what is asked for only the vault can do.
    ///   - tool: What stands as the reason in the vault's events unless the caller said one; the agent has a reason of its own.
    ///   - agent: The work, with the agent; it prints nothing before it has succeeded.
    ///   - vault: The work, with the vault.
    /// - Returns: what the work returns.
    /// - Throws: what the work throws, and what opening the vault throws.
    func withAgent<R>(
        unless isLeftOut: Bool, isVaultsAlone: Bool = false, because tool: String? = nil,
        agent: (AgentClient, CommandContext) async throws -> R,
        vault: (Keeper, CommandContext) async throws -> R
    ) async throws -> R {
        let context = CommandContext.current
        let visit: AgentVisit
        if isLeftOut {
            visit = .unasked("--no-agent leaves the agent out")
        } else if isVaultsAlone {
            visit = .unasked("only the vault can do what is asked for")
        } else {
            visit = try await AgentVisit.begin(self, context)
        }
        var obstacle: CredentialError?
        switch visit {
        case .unasked(let reason):
            try refuseTicket(context, because: reason)
            if !isLeftOut, AgentPlace.isNamed(context.environment) {
                context.diagnostics.warn(
                    "COFFER_AGENT_SOCKET is set, but \(reason); the vault is opened without the agent")
            }
        case .hindered(let error): obstacle = error
        case .open(let client):
            do {
                let result = try await agent(client, context)
                await client.close()
                return result
            } catch {
                await client.close()
                guard Self.leavesToVault(error), let failure = error as? CredentialError else { throw error }
                obstacle = failure
            }
        }
        let lacksIdentity = try self.lacksIdentity(context)
        if let obstacle {
            guard !lacksIdentity, !AgentTicket.isNamed(context.environment) else { throw obstacle }
            context.diagnostics.note("\(CommandError.clause(obstacle.message)); the vault is opened without it")
        }
        do {
            guard let tool else { return try await withKeeper(vault) }
            return try await withKeeper(because: tool, vault)
        } catch {
            let failure = CommandError(error)
            guard lacksIdentity, !isLeftOut, !isVaultsAlone, failure.code == "missing", failure.hint == nil else {
                throw error
            }
            throw CommandError(
                failure.code, status: failure.status, message: failure.message,
                hint: "where coffer agent serves this vault, none is needed", path: failure.path)
        }
    }

    /// Whether an agent's failure says that it holds no keys at the moment, and nothing of what was asked for.
    static func leavesToVault(_ error: any Error) -> Bool { (error as? CredentialError)?.code.rawValue == "locked" }
}
