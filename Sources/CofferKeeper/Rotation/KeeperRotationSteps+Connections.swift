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
        if pair.isBarred { try await liftBar(plan) }
        if plan.mode == .planned, pair.connection.state == .retired {
            return .needsPerson(reason: "the connection is retired and was not refreshed")
        }
        if pair.isOfFormerClient { return try await leaveToPerson(connection, pair) }
        try await renameOwnAccount(connection, pair)
        do {
            _ = try await keeper.refresher.refresh(GrantID(pair.entry.id.description), .forced)
            let renewed = try await keeper.pair(connection)
            guard !needsTokens(renewed, plan) else {
                return .failed(reason: "the token is still the one from before", retryable: true)
            }
            try await revokeLeaked(renewed)
            return .reissued
        } catch let error as OAuthError {
            if let told = try await refusedBefore(error, pair, plan) { return told }
            let provider = try pair.registration.provider
            // Beside the new secret the old one is still there, and with it what it granted.
            let isGone = plan.mode == .leak || !plan.overlaps
            return Self.result(
                of: error, before: pair.connection, wasRefused: try await wasRefused(pair),
                afterSecretOf: isGone ? provider : nil)
        } catch let error as KeeperError where error.code == .spilled {
            return .failed(reason: error.message, retryable: true)
        }
    }

    /// What was granted to another client is not refreshed: its refresh token means nothing to the present one.
    ///
    /// Where nothing leaked, the former client goes on refreshing it until it is removed.
    private func leaveToPerson(_ connection: CredentialPath, _ pair: GrantPair) async throws -> ReissueResult {
        if pair.hasFormerClient {
            return .needsPerson(
                reason: """
                    the client id has changed, and the grant is of the one before, with which it works until that is removed: \
                    connect the account again by then
                    """)
        }
        let epoch = pair.app.clientEpoch
        let record = try await keeper.changeConnection(connection, action: .rotate, reason: "of a former client") {
            $0.strand(before: epoch)
        }
        // Somebody may have connected it in between.
        if let record, record.mintedUnder >= epoch { return .reissued }
        return .needsPerson(
            reason: "the client id has changed, and the grant is of the one before: connect the account again")
    }

    /// A connection of the app itself is named after it, and its answers would be another account's.
    private func renameOwnAccount(_ connection: CredentialPath, _ pair: GrantPair) async throws {
        guard pair.connection.usesClientCredentials, let former = pair.app.retiredClientID,
            let present = pair.app.registration?.clientID
        else { return }
        try await keeper.changeConnection(connection, action: .rotate, reason: "named after its new id") { record in
            guard record.accountID == former else { return false }
            record.accountID = present
            record.displayAccountID = present
            return true
        }
    }

    /// Whether the tokens are from before: after a leak those of a tainted pair, unless nobody uses it any more; otherwise
    /// those that another secret than the present one minted.
    func needsTokens(_ pair: GrantPair, _ plan: RotationPlan) -> Bool {
        pair.app.epochs.needsReissue(mintedUnder: pair.connection.mintedUnder, in: plan.mode)
            && (plan.mode == .planned || pair.connection.state != .retired)
    }

    /// What a failed refresh comes to.
    ///
    /// A lost answer is tried again: that is its one repetition, and the token from before is of no use any more.
    ///
    /// - Parameters:
    ///   - error: what it failed with.
    ///   - connection: the connection as it was before.
    ///   - wasRefused: whether its refresh token was presented, and refused without a reason that is known here.
    ///   - provider: the provider whose old secret is gone by now; nil where none is.
    /// - Returns: what is left to do.
    static func result(
        of error: OAuthError, before connection: ConnectionRecord, wasRefused: Bool,
        afterSecretOf provider: ProviderDescription? = nil
    ) -> ReissueResult {
        switch error.code {
        case .needsReauthorization where connection.state == .active && !connection.isRefreshable:
            .needsPerson(reason: "there is no refresh token to get it new tokens with: connect the account again")
        case .needsReauthorization
        where wasRefused && connection.state == .active && provider?.endsGrantsWithSecret == true:
            // No thief is needed for that.
            .needsPerson(
                reason: """
                    the refresh was refused, as \(provider?.displayName ?? "this provider") ends grants with the \
                    client_secret: connect the account again
                    """)
        case .needsReauthorization where wasRefused && connection.state == .active && connection.intent == nil:
            mayBeStolen(error)
        case .needsReauthorization, .spent, .paymentRequired, .blocked, .accessDenied:
            .needsPerson(reason: error.message)
        case .configuration, .certificate, .refusedHost, .plainHTTP, .redirect, .unsupported:
            .failed(reason: error.message, retryable: false)
        default: .failed(reason: error.message, retryable: true)
        }
    }

    /// Whether the refresh token that a connection had was presented and refused, and nothing that is known here explains it.
    ///
    /// An account that has removed the app, or one without a refresh token, is a person's as well; no thief is needed for that.
    func wasRefused(_ pair: GrantPair) async throws -> Bool {
        guard let token = pair.connection.refreshToken else { return false }
        if let end = pair.connection.endsAt, end <= keeper.effects.now() { return false }
        return try await keeper.vault.isSpent(token, tier: .issue, at: pair.entry.path)
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
        guard let pair = try await keeper.knownPair(connection) else {
            return [unprovenDeath("its tokens are not here any more to be asked about")]
        }
        let registration = try pair.registration
        var proofs: [Proof] = []
        if !pair.connection.leaked.isEmpty {
            proofs.append(try await proofOfDeath(of: pair.connection.leaked, pair))
        }
        if let present = pair.connection.accessToken {
            let client = try await keeper.pacer.approach(
                with: keeper.client, registration, account: pair.pacedAccount)
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
