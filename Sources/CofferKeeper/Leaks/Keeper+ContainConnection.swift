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

    /// The same of the access token.
    static let oldAccessToken = "old access token"

    /// Gives a connection new tokens because the old ones leaked, and asks for the death of those.
    ///
    /// Safe to be killed and to be called again: what leaked is in the entry, until its death was asked for.
    ///
    /// - Parameters:
    ///   - path: The connection.
    ///   - refreshTokenLeaked: Whether its refresh token is known to others, and not only the access token.
    ///   - accessTokens: Its access tokens that were found. One that was replaced since somebody looked is asked about by itself.
    /// - Returns: what came of it. A connection that only a person can mend is a result and no error.
    /// - Throws: what ``requireContainable(_:)`` throws.
    package func reissueLeaked(
        _ path: CredentialPath, refreshTokenLeaked: Bool = true, accessTokens: [Secret] = []
    ) async throws -> ContainedConnection {
        try requireIssuer(path)
        let isBeside = try await requireContainable(path)
        let before = try await pair(path)
        let now = effects.now()
        let kept = try await changeConnection(path, action: .rotate, reason: "its tokens leaked") { record in
            // Beside what an open rotation keeps of it: the tokens that this gave it may have leaked since.
            guard let present = record.presentToken, !record.leaked.contains(present.accessToken) else { return false }
            record.leaked.keep(present, at: now)
            return true
        }
        let (result, proofs) = try await renew(before, path)
        // One may have been opened meanwhile: what it is to ask about must not be forgotten before.
        let isStillBeside = if isBeside { true } else { try await hasOpenLeakRotation(above: path) }
        if isStillBeside {
            // The rotation asks about it as well, for its own report, and forgets it at its end.
            try await record(.rotate, [path], "its leaked tokens: \(result.name)")
        } else {
            try await changeConnection(path, action: .rotate, reason: "its leaked tokens: \(result.name)") { record in
                record.forgetLeaked()
            }
        }
        var told = proofs.filter { refreshTokenLeaked || $0.subject != Self.oldRefreshToken }
        for token in accessTokens.map({ Self.trimmed($0) }) where kept?.leaked.contains(token) == false {
            told.append(try await askAbout(accessToken: token, of: path))
        }
        return ContainedConnection(path: path, result: result, proofs: told)
    }

    private func renew(_ before: GrantPair, _ path: CredentialPath) async throws -> (ReissueResult, [Proof]) {
        let steps = KeeperRotationSteps(keeper: self)
        do {
            _ = try await refresher.refresh(GrantID(before.entry.id.description), .forced)
        } catch let error as OAuthError {
            return try await leave(before, path, error)
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

    /// What is done about the leaked token of a connection that got no other: whoever stole it has it until it ends.
    private func leave(
        _ before: GrantPair, _ path: CredentialPath, _ error: OAuthError
    ) async throws -> (ReissueResult, [Proof]) {
        let steps = KeeperRotationSteps(keeper: self)
        let wasRefused = try await steps.wasRefused(before)
        var result = KeeperRotationSteps.result(of: error, before: before.connection, wasRefused: wasRefused)
        // No thief is needed for that, and nothing was sent.
        if before.isStranded { result = .needsPerson(reason: error.message) }
        try await steps.revokeLeaked(try await pair(path), alsoPresent: true)
        let proofs = try await steps.proveLeft(path)
        if !before.connection.isRefreshable, proofs.allSatisfy({ $0.result == .proven }) {
            try await changeConnection(path, action: .rotate, reason: "its access token is dead") { record in
                guard !record.isRefreshable, !record.state.needsPerson else { return false }
                record.state = .needsReauthorization
                record.lastError = "the access token leaked and is dead, and there is no refresh token"
                return true
            }
        }
        return (result, proofs)
    }

    /// Ends the grant of a connection whose refresh token leaked and is never replaced by a refresh.
    ///
    /// It is ended before the account is connected again: where revoking one token ends the whole grant, ending it afterwards would
    /// end the new one (docs of `revocation.reach`).
    ///
    /// - Returns: what is left for a person, who connects the account again.
    /// - Throws: what ``requireContainable(_:)`` throws.
    package func endLeakedGrant(_ path: CredentialPath) async throws -> ContainedConnection {
        try requireIssuer(path)
        _ = try await requireContainable(path)
        let before = try await pair(path)
        let registration = try before.registration
        guard let token = before.connection.refreshToken else { return try await reissueLeaked(path) }
        guard !before.isStranded else {
            let reason =
                "\(GrantSnapshot.strandedReason): end it at \(registration.provider.displayName), then connect the account again"
            return ContainedConnection(path: path, result: .needsPerson(reason: reason), proofs: [])
        }
        try await record(.rotate, [path], "ending the grant: its refresh token leaked")
        let client = try await pacer.approach(
            with: self.client, registration, account: before.pacedAccount)
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
        guard step.field == SecretField.accessToken.rawValue else {
            let (entry, registration) = try await rotatable(path)
            return try await proofOfDeath(
                of: leaked, AppRecord(entry), registration, KeeperRotationSteps(keeper: self))
        }
        return try await askAbout(accessToken: leaked, of: path)
    }

    /// Asks with the client id that the secret is of; where that is not known any more, a refusal proves nothing.
    private func proofOfDeath(
        of leaked: Secret, _ app: AppRecord, _ registration: ClientRegistration, _ steps: KeeperRotationSteps
    ) async throws -> Proof {
        var candidate = registration
        candidate.clientSecret = leaked
        let known =
            app.retiredSecret == leaked
            ? app.retiredClientID ?? registration.clientID : app.unwanted.first { $0.secret == leaked }?.clientID
        candidate.clientID = known ?? registration.clientID
        let proof = try await steps.proofOfDeath(candidate, "leaked client_secret")
        guard proof.result == .proven, app.clientEpoch > 0, known == nil else { return proof }
        return Proof(
            subject: proof.subject, claim: proof.claim, result: .unproven, at: proof.at,
            evidence: "it was asked about with the present client id, and may be of the one that the app had before")
    }
}
