// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
import CofferRotation
import CofferVault
import Foundation

extension Keeper {
    /// The app of a connection that is to be made, with a key made for that connection where its tokens are bound to one.
    package func registration(forConnecting path: CredentialPath) async throws -> ClientRegistration {
        try requireIssuer(path)
        let app = try await appRecord(above: path)
        // What the leaked secret mints now would be tainted and in no plan.
        guard app.record.frozenBy == nil, !app.record.epochs.isSecretLeaked else {
            throw KeeperError(.busy, "\(app.entry.path) is being rotated; connect the account afterwards", path: path)
        }
        if let present = try await vault.inspect(path) {
            guard present.kind == .connection else {
                throw KeeperError(.wrongKind, "\(path) is \(present.kind.phrase); remove it first", path: path)
            }
            // Not only when the new pair is about to be written: that would be lost then.
            try grants.requireSearched(GrantPair(showing: present, appEntry: app.entry))
        }
        guard var registration = app.record.registration else { throw VaultError.damaged }
        if registration.provider.dpop == true { registration.proofKey = try SigningKey.generate() }
        return registration
    }

    /// The scope that the app was added with, split.
    package func scopes(forConnecting path: CredentialPath) async throws -> [String] {
        let scope = try await appRecord(above: path).record.scope ?? ""
        return scope.split(separator: " ").map(String.init)
    }

    /// Exchanges a code and seals what came back, beside what is there, until the account is confirmed.
    package func finishConnecting(_ path: CredentialPath, with code: AuthorizationCode) async throws -> FoundAccount {
        // Once more: a rotation may have begun while the person was at the provider.
        var registration = try await registration(forConnecting: path)
        guard code.clientID == registration.clientID else { throw Self.otherClient(of: path) }
        // The key that the code was asked for with.
        registration.proofKey = code.proofKey ?? registration.proofKey
        registration.server = code.server
        let (app, entry) = try await appRecord(above: path)
        try vault.reserveRoom()
        let client = try await pacer.approach(with: self.client, registration, account: code.accountHost)
        try await record(.connect, [path], "exchanging a code")
        // On a task of its own, since whoever is cancelled here would lose tokens that were issued.
        return try await Task { [registration] in
            try await self.exchange(
                code, at: path, registration, with: client, under: app.secretEpoch, of: entry.id)
        }.value
    }

    /// Presents a code, and keeps what comes for it.
    private func exchange(
        _ code: AuthorizationCode, at path: CredentialPath, _ registration: ClientRegistration,
        with client: TokenClient, under secretEpoch: Int64, of appID: EntryID
    ) async throws -> FoundAccount {
        let askedAt = effects.now()
        let outcome = await client.exchange(
            registration, code: code.code, verifier: code.verifier, redirectURI: code.redirectURI,
            accountHost: code.accountHost, resource: code.resource)
        pacer.heard(outcome, registration, account: code.accountHost)
        var tokens = try Self.tokens(of: outcome)
        // OpenID Connect Core §3.1.3.7 item 11: one that was asked for is there and the same, or the ID token, and with
        // it the code, is another attempt's. An ID token without it proves nothing of this attempt.
        if let nonce = code.nonce, tokens.hasIDToken, tokens.idTokenNonce != nonce {
            throw OAuthError(
                .nonsense,
                tokens.idTokenNonce == nil
                    ? "The provider's ID token does not repeat the nonce that was asked for, so it may be another attempt's."
                    : "The provider's ID token belongs to another attempt.")
        }
        if code.nonce != nil { try Self.refuseForeignIdentity(tokens) }
        tokens.accountHost = tokens.accountHost ?? code.accountHost
        tokens.server = tokens.server ?? code.server
        return try await park(
            ConnectionAnswer(
                tokens: tokens, registration: registration, askedAt: askedAt, secretEpoch: secretEpoch,
                appID: appID),
            at: path)
    }

    /// What a person granted to the client that the app was before is of no use to the present one, and not sent with its id.
    static func otherClient(of path: CredentialPath) -> KeeperError {
        KeeperError(
            .busy, "the app of \(path) got another client id meanwhile; connect the account again", path: path)
    }

    /// Seals what came, beside what is there, until the account is confirmed.
    ///
    /// A refresh token that came alone is sealed and presented at once, as one from elsewhere: it is all there is.
    func park(_ answer: ConnectionAnswer, at path: CredentialPath) async throws -> FoundAccount {
        if answer.registration.provider.accountLookup == .idToken { try Self.refuseForeignIdentity(answer.tokens) }
        guard answer.tokens.accessToken != nil else { return try await adopt(answer, at: path) }
        let tokens = await identify(answer.tokens, answer.registration)
        let pair = StrayPair(tokens: tokens, obtainedAt: answer.askedAt, mintedUnder: answer.secretEpoch)
        // Somebody may write the app or the connection meanwhile, a rotation perhaps: no reason to lose the pair.
        return try await amongOthers(path) { try await park(pair, at: path, in: answer.appID, for: answer.presented) }
    }

    /// An ID token that was asked for, or that says whose the tokens are, is this client's and this provider's, or the code may
    /// have been another's.
    private static func refuseForeignIdentity(_ tokens: IssuedTokens) throws {
        if let fault = tokens.idTokenFault { throw OAuthError(.nonsense, fault) }
    }

    private func adopt(_ answer: ConnectionAnswer, at path: CredentialPath) async throws -> FoundAccount {
        let nonsense = "The provider's answer holds no access token"
        guard let token = answer.tokens.refreshToken else { throw OAuthError(.nonsense, "\(nonsense).") }
        guard try await vault.inspect(path) == nil else {
            // Whose it is nobody knows before it is presented, and what is connected here must not be replaced unseen.
            throw OAuthError(
                .nonsense,
                "\(nonsense), and the refresh token that came instead was not kept, since \(path) is connected; connect it again."
            )
        }
        guard try await appRecord(above: path).entry.id == answer.appID else {
            throw KeeperError(.notFound, "the app of \(path) was removed meanwhile", path: path)
        }
        return try await importRefreshToken(
            path, token, accountHost: answer.tokens.accountHost,
            proofKey: answer.tokens.proofKey ?? answer.registration.proofKey?.pem, isOnlyCopy: true)
    }

    private func identify(_ tokens: IssuedTokens, _ registration: ClientRegistration) async -> IssuedTokens {
        guard tokens.accountID == nil, let accessToken = tokens.accessToken else { return tokens }
        var identified = tokens
        identified.accountID = await accountID(of: accessToken, at: tokens.accountHost, registration)
        return identified
    }

    /// Asks whose token it is, where the answer did not say: the call that the description names, or introspection
    /// (RFC 7662 §2.2 `sub`).
    func accountID(
        of accessToken: Secret, at accountHost: String?, _ registration: ClientRegistration
    ) async -> String? {
        let id = await client.accountID(registration, accessToken: accessToken, accountHost: accountHost)
        guard id == nil, registration.provider.endpoints.introspection != nil,
            case .active(true, let subject?) = await client.introspect(registration, token: accessToken)
        else { return id }
        return subject
    }

    static func tokens(of outcome: TokenOutcome) throws -> IssuedTokens {
        switch outcome {
        case .accepted(let tokens):
            return tokens
        case .refused(let refusal): throw refusal.error
        case .unprocessed(let setback): throw setback.error
        case .notSent(let message), .indeterminate(let message): throw OAuthError(.unreachable, message)
        case .senseless(let message): throw OAuthError(.nonsense, message)
        }
    }

    /// A new connection is parked with its pair aside; at an existing one the pair waits beside the present one.
    private func park(
        _ pair: StrayPair, at path: CredentialPath, in appID: EntryID, for presented: Secret?
    ) async throws -> FoundAccount {
        let tokens = pair.tokens
        let (app, appEntry) = try await appRecord(above: path)
        guard appEntry.id == appID else {
            throw KeeperError(.notFound, "the app of \(path) was removed meanwhile", path: path)
        }
        var traced: [TracedSecret] = []
        if let token = tokens.refreshToken {
            traced.append(TracedSecret(token, tier: .issue, field: ConnectionRecord.Tag.stray))
        }
        if let token = tokens.accessToken {
            traced.append(TracedSecret(token, tier: .use, field: ConnectionRecord.Tag.stray))
        }
        if let key = tokens.proofKey {
            traced.append(TracedSecret(key, tier: .use, field: ConnectionRecord.Tag.proofKey))
        }
        if let presented, presented != tokens.refreshToken {
            traced.append(
                TracedSecret(presented, tier: .issue, field: ConnectionRecord.Tag.refreshToken, change: .spent))
        }
        var present = try await vault.inspect(path)
        if let entry = present, try await grants.takeInSpill(GrantPair(entry: entry, appEntry: appEntry)) {
            present = try await vault.inspect(path)
        }
        let draft: EntryDraft
        var replaced: String?
        if let present {
            var record = try ConnectionRecord(present)
            replaced = record.accountID == tokens.accountID ? nil : record.accountID
            record.strays.append(pair)
            draft = try record.draft(replacing: present, traced: traced)
        } else {
            var record = ConnectionRecord()
            record.state = .parked
            record.wasConfirmed = false
            record.appID = appEntry.id
            record.lastError = ConnectionRecord.unconfirmedReason
            record.strays = [pair]
            draft = record.draft(at: path, traced: traced)
        }
        _ = try await vault.commit(
            WriteBatch(.connect, reason: because("account found"), drafts: [draft], unchanged: [appEntry]))
        return FoundAccount(
            path: path, accountID: tokens.accountID, label: tokens.accountLabel, host: tokens.accountHost,
            provider: app.providerName, replacesAccountID: replaced, expiresAt: tokens.expiresAt,
            isNew: present == nil, waiting: tokens.accessToken)
    }

    func appRecord(above path: CredentialPath) async throws -> (record: AppRecord, entry: Entry) {
        guard let parent = path.parent else {
            throw KeeperError(
                .usage, "a connection's path is its app's and one segment more, as main/NAME/ACCOUNT", path: path)
        }
        guard let entry = try await vault.inspect(parent) else {
            throw KeeperError(
                .notFound, "there is no app \(parent); add it with: coffer app add \(parent)", path: parent)
        }
        return (try AppRecord(entry), entry)
    }
}
