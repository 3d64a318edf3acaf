// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault

extension KeeperRotationSteps {
    private static let subject = "old refresh token"

    /// What is known of the refresh token from before, which is not presented to a token endpoint.
    ///
    /// Our own refresh spent it, or introspection knows it. That says something of refresh tokens only where it calls the present
    /// one active: some servers call none so (RFC 7662 §2.2 leaves it to them).
    func proofOfEnd(
        ofRefreshToken old: Secret, _ pair: GrantPair, _ registration: ClientRegistration
    ) async throws -> Proof {
        if try await keeper.vault.isSpent(old, tier: .issue, at: pair.entry.path) {
            return refreshTokenProof("spent", .proven, "our own refresh replaced it; it was not presented again")
        }
        guard registration.provider.endpoints.introspection != nil, let present = pair.connection.refreshToken,
            present != old
        else {
            return refreshTokenProof(
                "spent", .unproven, "the provider may not replace refresh tokens; it was not presented again")
        }
        switch try await inspect(present, pair, registration) {
        case .active(true, _): break
        case .active(false, _):
            return refreshTokenProof(
                "dead", .unproven, "introspection does not know refresh tokens: it calls the present one inactive, too")
        case .refused(let said), .unknown(let said):
            return refreshTokenProof("dead", .unproven, "introspection: \(said)")
        }
        switch try await inspect(old, pair, registration) {
        case .active(false, _):
            return refreshTokenProof("dead", .proven, "introspection calls it inactive, and the present one active")
        case .active(true, _):
            return refreshTokenProof(
                "dead", .refuted, "introspection calls it active: withdraw the grant from before at the provider")
        case .refused(let said), .unknown(let said):
            return refreshTokenProof("dead", .unproven, "introspection: \(said)")
        }
    }

    private func inspect(
        _ token: Secret, _ pair: GrantPair, _ registration: ClientRegistration
    ) async throws -> IntrospectionOutcome {
        try await keeper.pacer.pace(registration, account: pair.connection.pacedAccount)
        return await keeper.client.introspect(registration, token: token, hint: "refresh_token")
    }

    private func refreshTokenProof(_ claim: String, _ result: ProofResult, _ evidence: String) -> Proof {
        Proof(subject: Self.subject, claim: claim, result: result, at: keeper.effects.now(), evidence: evidence)
    }
}
