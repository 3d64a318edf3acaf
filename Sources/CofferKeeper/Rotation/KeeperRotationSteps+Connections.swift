// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation

extension KeeperRotationSteps {
    /// Refreshes a connection with the new secret, which also spends the leaked refresh token; one that was
    /// refreshed with it already needs nothing.
    func reissue(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> ReissueResult {
        let result = try await reissueOnce(connection, plan)
        guard withoutAnswers, case .failed(let reason, retryable: true) = result else { return result }
        return .failed(reason: reason, retryable: false)
    }

    private func reissueOnce(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> ReissueResult {
        let pair: GrantPair
        do {
            pair = try await keeper.pair(connection)
        } catch let error as KeeperError where error.code == .notFound || error.code == .needsReauthorization {
            return .needsPerson(reason: error.message)
        } catch let error as VaultError where error.code == .newerFormat {
            // What only a newer program knows keeps nobody from reissuing the others.
            return .needsPerson(reason: error.message)
        }
        guard needsTokens(pair, plan) else {
            try await revokeLeaked(pair)
            return .reissued
        }
        if plan.mode == .planned, pair.connection.state == .retired {
            return .needsPerson(reason: "the connection is retired and was not refreshed")
        }
        do {
            _ = try await keeper.refresher.refresh(GrantID(pair.entry.id.description), .forced)
            let renewed = try await keeper.pair(connection)
            guard !needsTokens(renewed, plan) else {
                return .failed(reason: "the token is still the one from before", retryable: true)
            }
            try await revokeLeaked(renewed)
            return .reissued
        } catch let error as OAuthError {
            let provider = try pair.registration.provider
            // Beside the new secret the old one is still there, and with it what it granted.
            let isGone = plan.mode == .leak || !plan.overlaps
            return Self.result(of: error, before: pair.connection, afterSecretOf: isGone ? provider : nil)
        } catch let error as KeeperError where error.code == .spilled {
            return .failed(reason: error.message, retryable: true)
        }
    }

    /// Whether the tokens are from before: after a leak those of a tainted pair, unless nobody uses it any more; otherwise
    /// those that another secret than the present one minted.
    private func needsTokens(_ pair: GrantPair, _ plan: RotationPlan) -> Bool {
        guard plan.mode == .leak else { return pair.connection.mintedUnder < pair.app.secretEpoch }
        return pair.isTainted && pair.connection.state != .retired
    }

    /// What a failed refresh comes to.
    ///
    /// A lost answer is tried again: that is its one repetition, and the token from before is of no use any more.
    ///
    /// - Parameters:
    ///   - error: what it failed with.
    ///   - connection: the connection as it was before.
    ///   - provider: the provider whose old secret is gone by now; nil where none is.
    /// - Returns: what is left to do.
    static func result(
        of error: OAuthError, before connection: ConnectionRecord, afterSecretOf provider: ProviderDescription? = nil
    ) -> ReissueResult {
        switch error.code {
        case .needsReauthorization where connection.state == .active && provider?.endsGrantsWithSecret == true:
            // No thief is needed for that.
            .needsPerson(
                reason: """
                    the refresh was refused, as \(provider?.displayName ?? "this provider") ends grants with the \
                    client_secret: connect the account again
                    """)
        case .needsReauthorization where connection.state == .active && connection.intent == nil:
            .needsPerson(
                reason: """
                    \(error.message) No request of ours explains this: whoever has the leaked secret may have used the \
                    refresh token first. Withdraw the grant at the provider, then connect the account again.
                    """)
        case .needsReauthorization, .spent, .paymentRequired, .blocked, .accessDenied:
            .needsPerson(reason: error.message)
        case .configuration, .certificate, .refusedHost, .plainHTTP, .redirect, .unsupported:
            .failed(reason: error.message, retryable: false)
        default: .failed(reason: error.message, retryable: true)
        }
    }

    /// Revokes the leaked access token, only where the description says that this ends that token alone.
    func revokeLeaked(_ pair: GrantPair) async throws {
        let registration = try pair.registration
        guard registration.provider.revocationReach == .token, let leaked = pair.connection.leakedAccessToken,
            leaked != pair.connection.accessToken
        else { return }
        let client = try await keeper.pacer.approach(
            with: keeper.client, registration, account: pair.connection.pacedAccount)
        _ = await client.revoke(registration, token: leaked, hint: "access_token")
    }

    /// Asks for the death of the old access token and the life of the new one.
    ///
    /// The old refresh token is never presented to a token endpoint: reuse detection would end the new grant
    /// (RFC 9700 §4.14.2).
    func proveTokens(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof] {
        try await proveTokens(connection)
    }

    /// The same for a connection that is reissued by itself.
    func proveTokens(_ connection: CredentialPath) async throws -> [Proof] {
        let pair: GrantPair
        do {
            pair = try await keeper.pair(connection)
        } catch let error as KeeperError where error.code == .notFound {
            return []
        } catch let error as VaultError where error.code == .newerFormat {
            // Its reissue is an open item already.
            return []
        }
        let registration = try pair.registration
        var proofs: [Proof] = []
        if let leaked = pair.connection.leakedAccessToken {
            // With another key than it is bound to it would be refused although it lives.
            var asked = registration
            if let pem = pair.connection.leakedProofKey { asked.proofKey = try SigningKey(pem: pem) }
            let client = try await keeper.pacer.approach(
                with: keeper.client, registration, account: pair.connection.pacedAccount)
            let verdict = await TokenProbe(client: client)
                .probe(asked, accessToken: leaked, accountHost: pair.connection.accountHost)
            proofs.append(proof("old access token", "dead", verdict, wantsDeath: true))
        }
        if let present = pair.connection.accessToken {
            let client = try await keeper.pacer.approach(
                with: keeper.client, registration, account: pair.connection.pacedAccount)
            let verdict = await TokenProbe(client: client)
                .probe(registration, accessToken: present, accountHost: pair.connection.accountHost)
            proofs.append(proof("new access token", "working", verdict, wantsDeath: false))
        }
        if let old = pair.connection.previousRefreshToken {
            proofs.append(try await proofOfEnd(ofRefreshToken: old, pair, registration))
        }
        return proofs
    }

    func proof(
        _ subject: String, _ claim: String, _ verdict: TokenVerdict, wantsDeath: Bool
    ) -> Proof {
        let result: ProofResult =
            switch verdict {
            case .alive: wantsDeath ? .refuted : .proven
            case .dead: wantsDeath ? .proven : .refuted
            case .unknown: .unproven
            }
        return Proof(
            subject: subject, claim: claim, result: result, at: keeper.effects.now(), evidence: verdict.evidence)
    }
}
