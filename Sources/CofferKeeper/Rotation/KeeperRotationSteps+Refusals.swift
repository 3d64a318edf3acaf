// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation

extension KeeperRotationSteps {
    /// What a refresh comes to whose refusal some other process has met before this rotation came to the connection, where a thief may
    /// be behind it.
    ///
    /// An agent or a watch goes on refreshing while nobody knows of the leak, and so is mostly the first to hear that a stolen token was
    /// used. What a refused token was is told by its mark: nothing else leaves one on a token that is still there.
    ///
    /// - Parameters:
    ///   - error: what the refresh failed with.
    ///   - pair: the connection as it was before.
    ///   - plan: the rotation.
    /// - Returns: nil where it was not refused, or what is known of it explains the refusal.
    /// - Throws: what reading the vault throws.
    func refusedBefore(_ error: OAuthError, _ pair: GrantPair, _ plan: RotationPlan) async throws -> ReissueResult? {
        let connection = pair.connection
        guard plan.mode == .leak, error.code == .needsReauthorization, connection.state == .needsReauthorization,
            connection.intent == nil, try !pair.registration.provider.endsGrantsWithSecret,
            !RefreshMachine.tellsOfLostAnswer(connection.lastError ?? ""), try await wasRefused(pair)
        else { return nil }
        return Self.mayBeStolen(error)
    }

    /// What is said of a refresh token that was refused although it should have been good.
    static func mayBeStolen(_ error: OAuthError) -> ReissueResult {
        .needsPerson(
            reason: """
                \(error.message) No request of ours explains this: whoever has the leaked secret may have used the \
                refresh token first. Withdraw the grant at the provider, then connect the account again.
                """)
    }
}
