// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto
package import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// How long whoever brings an event waits for another who brings the same: longer than a request takes.
    private static let eventWait = Duration.seconds(45)

    /// Connects an account by the event that tells of the app's installation there (Bitrix24: ONAPPINSTALL, ONAPPUPDATE), and
    /// keeps the token that later webhooks are checked with.
    ///
    /// The event is no proof of itself. Its refresh token is: it is presented with the app's own secret, at the server that the
    /// event names if the app's description allows it, and whose account it is the answer says
    /// (https://apidocs.bitrix24.com/settings/oauth/auto-renewal.html).
    ///
    /// - Parameters:
    ///   - path: the connection that is to be made, or is there.
    ///   - request: the event as it came.
    /// - Returns: the account, which waits to be confirmed.
    /// - Throws: ``WebhookError`` `no_proof`, `foreign_webhook`; ``OAuthError`` of the request, `spent`; ``KeeperError`` as for any
    ///   connection that is to be made, `usage` where the provider has no such event.
    package func connect(_ path: CredentialPath, installedBy request: WebhookRequest) async throws -> FoundAccount {
        var registration = try await registration(forConnecting: path)
        let name = registration.provider.displayName
        guard let proof = registration.provider.webhooks?.first(where: { $0.refreshToken != nil }) else {
            throw KeeperError(.usage, "\(name) sends no event of an installation that tokens come with", path: path)
        }
        guard let event = try InstallationEvent(request, proof) else {
            throw WebhookError(
                .noProof,
                "The request is no event of an installation: it lacks a refresh token, the account or the token of events."
            )
        }
        if let server = event.server {
            registration.server = try HostRule(registration.provider, trust: registration.trust).server(from: server)
        }
        let (app, entry) = try await appRecord(above: path)
        try vault.reserveRoom()
        // A provider may send an event again, so that two processes have it at once: the second finds its token spent.
        let tag = try vault.tag(of: event.refreshToken, tier: .issue, at: path)
        let turn = try EntryID(Array(tag.bytes.prefix(EntryID.byteCount)))
        return try await vault.withLock(turn, wait: Self.eventWait, clock: effects.clock) { [registration] in
            if try await vault.isSpent(event.refreshToken, tier: .issue, at: path) {
                throw OAuthError(.spent, "this event's refresh token was used before and is not sent again")
            }
            let client = try await pacer.approach(with: self.client, registration, account: nil)
            try await record(.connect, [path], "presenting the refresh token of an installation")
            // On a task of its own, since whoever is cancelled here would lose tokens that were issued, and the event with them.
            return try await Task {
                try await self.present(
                    event, at: path, registration, with: client, under: app.secretEpoch, of: entry.id)
            }.value
        }
    }

    /// Presents an event's refresh token, and keeps what comes for it.
    private func present(
        _ event: InstallationEvent, at path: CredentialPath, _ registration: ClientRegistration,
        with client: TokenClient, under secretEpoch: Int64, of appID: EntryID
    ) async throws -> FoundAccount {
        let askedAt = effects.now()
        let outcome = await client.refresh(
            registration, refreshToken: event.refreshToken, accountHost: nil, scope: nil)
        pacer.heard(outcome, registration, account: nil)
        var tokens = try Self.tokens(of: outcome)
        guard tokens.accountID == event.account else {
            throw WebhookError(.foreign, "The event names another account than its refresh token is of.")
        }
        tokens.webhookToken = event.token
        tokens.server = tokens.server ?? registration.server
        return try await park(
            ConnectionAnswer(
                tokens: tokens, registration: registration, askedAt: askedAt, secretEpoch: secretEpoch, appID: appID,
                presented: event.refreshToken),
            at: path)
    }
}
