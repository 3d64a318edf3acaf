// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault

extension KeeperRotationSteps {
    /// What is known of the refresh token from before, which is not presented to a token endpoint.
    ///
    /// Our own refresh spent it, where the provider ends one with each refresh; another may answer a new one and keep the old
    /// (Keycloak does by default). There, and where no refresh of ours replaced it, introspection is asked. That says something of
    /// refresh tokens only where it calls the present one active: some servers call none so (RFC 7662 §2.2 leaves it to them).
    func proofOfEnd(
        ofRefreshToken old: Secret, _ pair: GrantPair, _ registration: ClientRegistration
    ) async throws -> Proof {
        let isSpent = try await keeper.vault.isSpent(old, tier: .issue, at: pair.entry.path)
        // A login brings a pair that no refresh made. A token that was refused before it has the same mark as one that was replaced.
        let isOfLogin = pair.connection.lastRefreshAt == nil
        if isSpent, !isOfLogin, registration.provider.refreshTokens.rotation == .always {
            return refreshTokenProof("spent", .proven, "our own refresh replaced it; it was not presented again")
        }
        if let present = pair.connection.refreshToken, present != old,
            registration.provider.endpoints.introspection != nil
        {
            return try await inspectedProof(old, present, pair, registration)
        }
        let evidence =
            switch (isOfLogin, isSpent) {
            case (true, true):
                """
                it was refused before the account was connected again, and who had used it by then is not known here: end the former \
                grant at the provider; it was not presented again
                """
            case (true, false): "the account was connected again, and no refresh replaced it; it was not presented"
            case (false, true):
                "our own refresh replaced it, but the provider may let the old one live; it was not presented again"
            case (false, false): "the provider may not replace refresh tokens; it was not presented again"
            }
        return refreshTokenProof("spent", .unproven, evidence)
    }

    private func inspectedProof(
        _ old: Secret, _ present: Secret, _ pair: GrantPair, _ registration: ClientRegistration
    ) async throws -> Proof {
        switch try await inspect(present, pair, registration) {
        case .active(true, _): break
        case .active(false, _):
            return refreshTokenProof(
                "dead", .unproven, "introspection calls the present one inactive, too, so that its word proves nothing")
        case .refused(let said), .unknown(let said), .unanswered(let said):
            return refreshTokenProof("dead", .unproven, "introspection: \(said)")
        }
        switch try await inspect(old, pair, registration) {
        case .active(false, _):
            return refreshTokenProof("dead", .proven, "introspection calls it inactive, and the present one active")
        case .active(true, _):
            return refreshTokenProof(
                "dead", .refuted,
                "introspection calls it active; end the grant at the provider, then connect the account again")
        case .refused(let said), .unknown(let said), .unanswered(let said):
            return refreshTokenProof("dead", .unproven, "introspection: \(said)")
        }
    }

    private func inspect(
        _ token: Secret, _ pair: GrantPair, _ registration: ClientRegistration
    ) async throws -> IntrospectionOutcome {
        let client = try await keeper.pacer.approach(
            with: keeper.client, registration, account: pair.pacedAccount)
        return await client.introspect(registration, token: token, hint: "refresh_token")
    }

    private func refreshTokenProof(_ claim: String, _ result: ProofResult, _ evidence: String) -> Proof {
        Proof(
            subject: Keeper.oldRefreshToken, claim: claim, result: result, at: keeper.effects.now(), evidence: evidence)
    }
}
