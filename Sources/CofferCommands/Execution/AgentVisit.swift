// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials
import CofferKeeper

/// What a command finds where an agent would serve.
enum AgentVisit {
    /// None that is to be asked: nobody serves this vault, or something was said that only the vault can heed; the clause says what.
    case unasked(String)
    /// One that can't be used.
    case hindered(CredentialError)
    /// One that serves this very vault.
    case open(AgentClient)

    /// How long the agent may take to say which vault it serves: 5 s.
    private static let patience = Duration.seconds(5)

    /// Looks whether an agent stands in for the vault of a command.
    ///
    /// Whoever names an identity means that one; whoever names a manifest wants the vault held against it; and a reason is written
    /// by whoever opens the vault. Who has a ticket may have no vault at all, as in a container: then the ticket says which agent is meant.
    ///
    /// - Throws: `CancellationError`.
    static func begin(_ options: VaultOptions, _ context: CommandContext) async throws -> AgentVisit {
        let hasTicket = AgentTicket.isNamed(context.environment)
        guard !options.namesIdentity(context) else { return .unasked("an identity is named") }
        guard options.reason == nil else { return .unasked("a reason is given, which the vault records") }
        guard options.pin == nil, !VaultLocation.namesPin(context.environment) else {
            return .unasked("a manifest is named, which the vault is held against")
        }
        guard let place = try? AgentPlace(environment: context.environment), hasTicket || place.isOccupied else {
            return .unasked("no agent serves there")
        }
        let ticket: Secret?
        do throws(CredentialError) {
            ticket = try AgentTicket.find(context.environment, secret: context.secretVariable)
            try place.confirm(asGuest: ticket != nil)
        } catch {
            return .hindered(error)
        }
        // What is wrong with the vault, the vault says.
        let id = try? await options.location(context).claimedVaultID()
        guard id != nil || ticket != nil else { return .unasked("there is no vault to compare with the agent's") }
        let client = AgentClient(place, ticket: ticket, now: context.now)
        do {
            let served = try await client.vaultID(within: patience)
            if served == id ?? served { return .open(client) }
            await client.close()
            return .unasked("the agent at \(place.path) serves another vault")
        } catch {
            await client.close()
            guard let error = error as? CredentialError else { throw error }
            return .hindered(error)
        }
    }
}
