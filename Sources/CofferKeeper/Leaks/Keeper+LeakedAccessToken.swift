// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault

extension Keeper {
    /// Asks the provider whether it still takes an access token that a refresh of its connection does not replace.
    ///
    /// That is one that was replaced before, a narrower one, or one of a pair that waits for a person. It is revoked first, where that ends
    /// it alone, and a narrower one is handed out no more.
    ///
    /// - Parameters:
    ///   - leaked: The token.
    ///   - path: Its connection.
    /// - Returns: what the provider said.
    /// - Throws: trouble with the vault; an answer that tells nothing is an unproven result.
    func askAbout(accessToken leaked: Secret, of path: CredentialPath) async throws -> Proof {
        let pair = try await pair(path)
        let narrowed = pair.connection.narrowed.first { $0.token.accessToken == leaked }
        let stray = pair.connection.strays.first { $0.tokens.accessToken == leaked }
        try await changeConnection(path, action: .rotate, reason: "a narrower token leaked") { record in
            let count = record.narrowed.count
            record.narrowed.removeAll { $0.token.accessToken == leaked }
            return record.narrowed.count < count
        }
        let waiting = stray?.tokens
        var registration = try pair.registration
        if let waiting {
            // It may be another account's, elsewhere.
            registration.server = waiting.server
            registration.proofKey = nil
            if let pem = waiting.proofKey { registration.proofKey = try SigningKey(pem: pem) }
        }
        let host = waiting == nil ? pair.connection.accountHost : waiting?.accountHost
        if registration.provider.revocationReach == .token {
            let client = try await pacer.approach(
                with: self.client, registration, account: host ?? pair.pacedAccount)
            _ = await client.revoke(registration, token: leaked, hint: "access_token")
        }
        // Whoever may not inspect a token is told that it is inactive (RFC 7662 §2.2).
        let epoch = narrowed?.mintedUnder ?? stray?.mintedUnder
        if registration.provider.tokenProbe == .introspection, pair.app.clientEpoch > 0,
            epoch.map({ pair.app.isOfFormerClient(mintedUnder: $0) }) ?? true
        {
            return unproven("the app was another client before, and introspection tells nothing of that one's tokens")
        }
        guard waiting != nil || pair.connection.proofKey == nil else {
            // With another key than it is bound to it would be refused although it lives.
            return unproven("it may be bound to a key that is no longer here")
        }
        let client = try await pacer.approach(with: self.client, registration, account: host ?? pair.pacedAccount)
        let verdict = await TokenProbe(client: client).probe(registration, accessToken: leaked, accountHost: host)
        // Introspection judges the token, an API what may be done with it there.
        if case .dead = verdict, waiting == nil, registration.provider.tokenProbe != .introspection,
            try await !wasWhole(leaked, pair.entry)
        {
            return unproven("the API refused it, as it may one that is good for less, or elsewhere")
        }
        return KeeperRotationSteps(keeper: self).proof("leaked access token", "dead", verdict, wantsDeath: true)
    }

    /// Whether the record of events knows a token as the connection's own, and not only as a narrower one or one that waited.
    private func wasWhole(_ token: Secret, _ entry: Entry) async throws -> Bool {
        try await vault.traceLives([token]).lives.contains {
            $0.entryID == entry.id && $0.tier == .use && $0.field == ConnectionRecord.Tag.accessToken
        }
    }

    private func unproven(_ evidence: String) -> Proof {
        KeeperRotationSteps(keeper: self)
            .proof("leaked access token", "dead", .unknown(evidence: evidence), wantsDeath: true)
    }
}
