// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
package import CofferRotation
import CofferVault
import Foundation

extension Keeper {
    /// How long a refresh that is under way is waited for: a whole token request, and the commit behind it.
    private static let flightWait = Duration.seconds(45)

    /// What the proofs of a rotation call it.
    static let oldRefreshToken = "old refresh token"

    /// Gives a connection new tokens because the old ones leaked, and asks for the death of those.
    ///
    /// Safe to be killed and to be called again: what leaked is in the entry, until its death was asked for.
    ///
    /// - Parameters:
    ///   - path: The connection.
    ///   - refreshTokenLeaked: Whether its refresh token is known to others, and not only the access token.
    /// - Returns: what came of it. A connection that only a person can mend is a result and no error.
    /// - Throws: ``KeeperError`` `busy` while its app is being rotated, which reissues it too.
    package func reissueLeaked(
        _ path: CredentialPath, refreshTokenLeaked: Bool = true
    ) async throws -> ContainedConnection {
        try requireIssuer(path)
        let before = try await pair(path)
        if let app = path.parent { try await requireNoOpenRotation(of: app) }
        try await changeConnection(path, action: .rotate, reason: "its tokens leaked") { record in
            guard record.leakedAccessToken == nil, let leaked = record.accessToken else { return false }
            record.leakedAccessToken = leaked
            return true
        }
        let (result, proofs) = try await renew(before, path)
        try await changeConnection(path, action: .rotate, reason: "its leaked tokens: \(result.name)") { record in
            record.forgetLeaked()
        }
        let told = proofs.filter { refreshTokenLeaked || $0.subject != Self.oldRefreshToken }
        return ContainedConnection(path: path, result: result, proofs: told)
    }

    private func renew(_ before: GrantPair, _ path: CredentialPath) async throws -> (ReissueResult, [Proof]) {
        let steps = KeeperRotationSteps(keeper: self)
        do {
            _ = try await refresher.refresh(GrantID(before.entry.id.description), .forced)
        } catch let error as OAuthError {
            return (KeeperRotationSteps.result(of: error, before: before.connection), [])
        }
        let after = try await pair(path)
        try await steps.revokeLeaked(after)
        let proofs = try await steps.proveTokens(path)
        guard let kept = before.connection.refreshToken, kept == after.connection.refreshToken else {
            return (.reissued, proofs)
        }
        let outlived = Proof(
            subject: Self.oldRefreshToken, claim: "spent", result: .refuted, at: effects.now(),
            evidence: "the provider gave the same one back; end the grant there, and connect the account again")
        // What was spent is the one of an earlier refresh.
        return (.reissued, proofs.filter { $0.subject != Self.oldRefreshToken } + [outlived])
    }

    /// Ends the grant of a connection whose refresh token leaked and is never replaced by a refresh.
    ///
    /// It is ended before the account is connected again: where revoking one token ends the whole grant, ending it afterwards would
    /// end the new one (docs of `revocation.reach`).
    ///
    /// - Returns: what is left for a person, who connects the account again.
    package func endLeakedGrant(_ path: CredentialPath) async throws -> ContainedConnection {
        try requireIssuer(path)
        let before = try await pair(path)
        if let app = path.parent { try await requireNoOpenRotation(of: app) }
        let registration = try before.registration
        guard let token = before.connection.refreshToken else { return try await reissueLeaked(path) }
        try await record(.rotate, [path], "ending the grant: its refresh token leaked")
        try await pacer.pace(registration, account: before.connection.pacedAccount)
        let outcome = try await vault.withLock(before.entry.id, wait: Self.flightWait, clock: effects.clock) {
            await client.revoke(registration, token: token, hint: "refresh_token")
        }
        let connectAgain = "connect the account again: coffer connect \(path)"
        guard outcome == .revoked else {
            return ContainedConnection(
                path: path,
                result: .needsPerson(
                    reason:
                        "end the grant at \(registration.provider.displayName) (\(Self.reason(outcome))), then \(connectAgain)"
                ),
                proofs: [])
        }
        try await changeConnection(path, action: .rotate, reason: "its grant was ended") { record in
            guard record.state != .needsReauthorization else { return false }
            record.state = .needsReauthorization
            record.lastError = "the grant was ended because its refresh token leaked"
            return true
        }
        let proof = Proof(
            subject: Self.oldRefreshToken, claim: "dead", result: .proven, at: effects.now(),
            evidence: "the provider took its revocation (RFC 7009)")
        return ContainedConnection(
            path: path, result: .needsPerson(reason: "the grant is ended; \(connectAgain)"), proofs: [proof])
    }

    private static func reason(_ outcome: RevocationOutcome) -> String {
        switch outcome {
        case .revoked: "it is revoked"
        case .unsupported: "it has no way for a program to do that"
        case .refused(let said), .unknown(let said), .unanswered(let said): said
        }
    }

    // MARK: - What is out of use here

    /// Asks the provider whether it still takes a string that was replaced here before it was found.
    ///
    /// - Parameters:
    ///   - string: What was found.
    ///   - step: The step that asks.
    /// - Returns: what the provider said; a token that lives is revoked first, where that ends it alone.
    /// - Throws: what reading the vault throws; an answer that tells nothing is an unproven result.
    package func askAboutLeaked(_ string: Secret, _ step: LeakStep) async throws -> Proof {
        let (path, leaked) = (try CredentialPath(step.subject), Self.trimmed(string))
        try await record(.rotate, [path], "asking whether a leaked \(step.field ?? "secret") still works")
        let steps = KeeperRotationSteps(keeper: self)
        guard step.field == SecretField.accessToken.rawValue else {
            var candidate = try await rotatable(path).registration
            candidate.clientSecret = leaked
            return try await steps.proofOfDeath(candidate, "leaked client_secret")
        }
        let pair = try await pair(path)
        let registration = try pair.registration
        if registration.provider.revocationReach == .token {
            try await pacer.pace(registration, account: pair.connection.pacedAccount)
            _ = await client.revoke(registration, token: leaked, hint: "access_token")
        }
        guard pair.connection.proofKey == nil else {
            // With another key than it is bound to it would be refused although it lives.
            return Proof(
                subject: "leaked access token", claim: "dead", result: .unproven, at: effects.now(),
                evidence: "it is bound to a key that is no longer here")
        }
        try await pacer.pace(registration, account: pair.connection.pacedAccount)
        let verdict = await TokenProbe(client: client)
            .probe(registration, accessToken: leaked, accountHost: pair.connection.accountHost)
        return steps.proof("leaked access token", "dead", verdict, wantsDeath: true)
    }
}
