// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Asks for a code that a person enters in a browser elsewhere (RFC 8628).
    ///
    /// - Parameters:
    ///   - path: the connection that is to be made.
    ///   - scopes: what is asked for.
    ///   - resource: whom the tokens are for, by address (RFC 8707).
    /// - Returns: what the person is shown.
    /// - Throws: ``OAuthError``, ``KeeperError`` as for any connection that is to be made.
    package func beginDevice(
        _ path: CredentialPath, scopes: [String], resource: String? = nil
    ) async throws -> DeviceAuthorization {
        let registration = try await registration(forConnecting: path)
        let client = try await pacer.approach(with: self.client, registration, account: nil)
        try await record(.connect, [path], "asking for a device code")
        return try await client.deviceAuthorization(registration, scopes: scopes, resource: resource)
    }

    /// Asks until the person has decided, and seals what came as ``finishConnecting(_:with:)`` does.
    ///
    /// Cancelling ends a wait between two questions. A question that was sent is waited for, and so is what follows
    /// upon tokens: the code is used up then.
    ///
    /// - Parameters:
    ///   - path: the connection that is to be made.
    ///   - authorization: what the person was shown.
    ///   - patience: how long they are waited for, if less than the code lives.
    /// - Returns: the account, which waits to be confirmed.
    /// - Throws: ``OAuthError`` `timed_out`, `access_denied` and others; `CancellationError`.
    package func finishDevice(
        _ path: CredentialPath, _ authorization: DeviceAuthorization, patience: Duration? = nil
    ) async throws -> FoundAccount {
        let elapsed = effects.clock.stopwatch()
        let begun = try await registration(forConnecting: path)
        var polling = DevicePolling(
            authorization, patience: patience, providerName: begun.provider.displayName)
        var step = polling.first
        while true {
            switch step {
            case .fail(let error): throw error
            case .finish: preconditionFailure("tokens come with a question")
            case .wait(let duration): try await effects.clock.sleep(for: duration)
            }
            // Once more: a rotation may have begun meanwhile, and tokens minted with the leaked secret are in no plan.
            let registration = try await registration(forConnecting: path)
            guard registration.clientID == begun.clientID else { throw Self.otherClient(of: path) }
            let (app, entry) = try await appRecord(above: path)
            let client = try await pacer.approach(with: self.client, registration, account: nil)
            try vault.reserveRoom()
            let askedAt = effects.now()
            // On a task of its own, since whoever is cancelled here would lose tokens that were issued.
            let asked = Task { [client] in
                await client.poll(registration, deviceCode: authorization.deviceCode)
            }
            let said = await asked.value
            if case .ended(let outcome) = said { pacer.heard(outcome, registration, account: nil) }
            step = polling.handle(said, elapsed: elapsed())
            guard case .finish(let tokens) = step else { continue }
            let answer = ConnectionAnswer(
                tokens: tokens, registration: registration, askedAt: askedAt, secretEpoch: app.secretEpoch,
                appID: entry.id)
            return try await Task { try await self.park(answer, at: path) }.value
        }
    }
}
