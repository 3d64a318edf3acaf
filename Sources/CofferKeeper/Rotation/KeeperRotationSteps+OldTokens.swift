// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault

extension KeeperRotationSteps {
    /// Asks for the death of the access token from before, of a connection that is left as it is.
    ///
    /// It has that token still, or somebody has connected it again meanwhile and the token is kept to be asked about. Where it was refreshed
    /// with the old secret after the taint there are both.
    func proveLeft(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof] {
        try await proveLeft(connection)
    }

    /// The same for a connection that could not be reissued by itself.
    func proveLeft(_ connection: CredentialPath) async throws -> [Proof] {
        guard let pair = try await keeper.knownPair(connection) else {
            return [unprovenDeath("its tokens are not here any more to be asked about")]
        }
        var old = pair.connection.leaked
        if pair.isTainted, let present = pair.connection.presentToken { old.keep(present, at: keeper.effects.now()) }
        return [try await proofOfDeath(of: old, pair)]
    }

    /// Revokes the leaked access tokens, only where the description says that this ends that token alone.
    ///
    /// - Parameters:
    ///   - pair: the connection.
    ///   - alsoPresent: whether the one that it still has is revoked as well, if it leaked.
    /// - Throws: trouble with the vault; what the provider answers is none.
    func revokeLeaked(_ pair: GrantPair, alsoPresent: Bool = false) async throws {
        let registration = try pair.registration
        guard registration.provider.revocationReach == .token else { return }
        let present = alsoPresent ? nil : pair.connection.accessToken
        for leaked in pair.connection.leaked.tokens where leaked.accessToken != present {
            let client = try await keeper.pacer.approach(
                with: keeper.client, registration, account: pair.pacedAccount)
            _ = await client.revoke(registration, token: leaked.accessToken, hint: "access_token")
        }
    }

    /// Asks for the death of each access token from before; what is told of them is the weakest answer.
    func proofOfDeath(of old: LeakedTokens, _ pair: GrantPair) async throws -> Proof {
        var unproven: Proof?
        var proven = unprovenDeath("no access token from before is kept here")
        for token in old.tokens {
            let told = try await proofOfDeath(of: token, pair)
            switch told.result {
            case .refuted: return told
            case .unproven: unproven = told
            case .proven: proven = told
            }
        }
        if let unproven { return unproven }
        if old.isIncomplete { return unprovenDeath("there were more than are kept to be asked about") }
        guard old.tokens.count > 1 else { return proven }
        return Proof(
            subject: proven.subject, claim: proven.claim, result: proven.result, at: proven.at,
            evidence: "each of \(old.tokens.count) was asked about: \(proven.evidence)")
    }

    /// Asks for the death of an access token from before.
    private func proofOfDeath(of old: LeakedTokens.Token, _ pair: GrantPair) async throws -> Proof {
        let registration = try pair.registration
        // Whoever may not inspect a token is told that it is inactive (RFC 7662 §2.2), and the client that might is gone.
        let isOfAnotherClient = pair.isOfFormerClient || pair.app.retiredClientID != nil
        if isOfAnotherClient, registration.provider.tokenProbe == .introspection {
            return unprovenDeath("introspection tells nothing of it to another client than its own")
        }
        // With another key than it is bound to it would be refused although it lives.
        var asked = registration
        asked.proofKey = nil
        if let pem = old.proofKey { asked.proofKey = try SigningKey(pem: pem) }
        let client = try await keeper.pacer.approach(
            with: keeper.client, registration, account: pair.pacedAccount)
        let verdict = await TokenProbe(client: client)
            .probe(asked, accessToken: old.accessToken, accountHost: pair.connection.accountHost)
        return proof(Keeper.oldAccessToken, "dead", verdict, wantsDeath: true)
    }

    /// What is said where nobody can be asked.
    func unprovenDeath(_ evidence: String) -> Proof {
        proof(Keeper.oldAccessToken, "dead", .unknown(evidence: evidence), wantsDeath: true)
    }
}
