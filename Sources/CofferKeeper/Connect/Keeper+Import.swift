// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Takes in a refresh token from elsewhere and refreshes it at once: only then is it known to work, and whoever
    /// else holds it has a spent one.
    ///
    /// It is sealed before it is presented; if the refresh fails finally the connection is removed again, and if
    /// nobody knows how it ended it stays, and says so. What comes is parked until the account is confirmed; whoever was
    /// interrupted before that brings the same token again, which is not sent.
    ///
    /// - Parameters:
    ///   - path: Where.
    ///   - token: The refresh token.
    ///   - accountHost: The account's host, for providers that have one an account.
    ///   - proofKey: The key that it is bound to (RFC 9449 §5), where one was used to get it.
    ///   - isOnlyCopy: Whether nobody else has the token, so that the connection stays however the refresh fails.
    /// - Returns: the account that was found.
    /// - Throws: ``KeeperError`` `usage`, `exists`, `busy`; ``OAuthError`` of the refresh, `spent`, `refused_host`.
    package func importRefreshToken(
        _ path: CredentialPath, _ token: Secret, accountHost: String? = nil, proofKey: Secret? = nil,
        isOnlyCopy: Bool = false
    ) async throws -> FoundAccount {
        guard !token.isEmpty else { throw KeeperError(.usage, "no refresh token was given", path: path) }
        let registration = try await registration(forConnecting: path)
        if let pair = try await unconfirmed(path),
            [pair.connection.refreshToken, pair.connection.previousRefreshToken].contains(token)
        {
            return Self.found(pair)
        }
        var record = ConnectionRecord()
        record.refreshToken = token
        record.proofKey = proofKey ?? registration.proofKey?.pem
        if let accountHost {
            record.accountHost = try HostRule(registration.provider, trust: registration.trust)
                .accountHost(from: accountHost)
            record.displayHost = record.accountHost
        } else if registration.provider.endpoints.token.needsAccountHost {
            throw KeeperError(
                .usage, "\(registration.provider.displayName) has a host for each account; name it with --account-host",
                path: path)
        }
        if try await vault.isSpent(token, tier: .issue, at: path) {
            throw OAuthError(.spent, "this refresh token was used before and is not sent again")
        }
        let traced = [TracedSecret(token, tier: .issue, field: ConnectionRecord.Tag.refreshToken)]
        return try await connectFirst(path, record, traced + record.tracedKey, isOnlyCopy: isOnlyCopy)
    }

    /// Connects the app itself (RFC 6749 §4.4).
    package func connectClientCredentials(_ path: CredentialPath, scope: String? = nil) async throws -> FoundAccount {
        let registration = try await registration(forConnecting: path)
        guard registration.isConfidential else {
            throw KeeperError(
                .usage, "the app has nothing to prove who it is with, so it can't connect by itself", path: path)
        }
        // Nothing is lost with it: the client asks for another.
        if try await unconfirmed(path)?.connection.usesClientCredentials == true { try await remove(path) }
        var record = ConnectionRecord()
        record.usesClientCredentials = true
        record.proofKey = registration.proofKey?.pem
        let usualScope = try await appRecord(above: path).record.scope
        record.scope = scope ?? usualScope
        record.accountID = registration.clientID
        record.displayAccountID = registration.clientID
        return try await connectFirst(path, record, record.tracedKey)
    }

    private func connectFirst(
        _ path: CredentialPath, _ record: ConnectionRecord, _ traced: [TracedSecret], isOnlyCopy: Bool = false
    ) async throws -> FoundAccount {
        let (app, appEntry) = try await appRecord(above: path)
        guard try await vault.inspect(path) == nil else {
            throw KeeperError(.exists, "\(path) is connected already; remove it first", path: path)
        }
        var record = record
        record.appID = appEntry.id
        record.mintedUnder = app.secretEpoch
        record.wasConfirmed = false
        let written = try await vault.commit(
            WriteBatch(
                .connect, reason: because("before its first request"), drafts: [record.draft(at: path, traced: traced)],
                unchanged: [appEntry]))
        guard let entry = written.first else { throw VaultError.damaged }
        do {
            _ = try await refresher.refresh(GrantID(entry.id.description), .forced)
        } catch let error as OAuthError where !isOnlyCopy && Self.nothingIsLost(by: error) {
            // An intent that stands tells that the token may be spent: with it, nobody presents that as if it were new.
            if let pair = try await knownPair(path), pair.connection.intent == nil { try await remove(path) }
            throw error
        }
        return Self.found(try await identified(path))
    }

    /// The connection whose account was found here and not confirmed.
    private func unconfirmed(_ path: CredentialPath) async throws -> GrantPair? {
        guard let pair = try await knownPair(path), !pair.connection.wasConfirmed,
            pair.connection.state == .parked, pair.connection.accessToken != nil
        else { return nil }
        return pair
    }

    private static func found(_ pair: GrantPair) -> FoundAccount {
        FoundAccount(
            path: pair.entry.path, accountID: pair.connection.accountID, label: pair.connection.accountLabel,
            host: pair.connection.accountHost, provider: pair.app.providerName, replacesAccountID: nil,
            expiresAt: pair.connection.expiresAt, isNew: true, waiting: nil)
    }

    /// The connection with its account's id, which is asked for as after a login where the refresh did not tell it.
    private func identified(_ path: CredentialPath) async throws -> GrantPair {
        let pair = try await pair(path)
        guard pair.connection.accountID == nil, let token = pair.connection.accessToken,
            let id = await accountID(
                of: token, at: pair.connection.accountHost, try await registration(forConnecting: path))
        else { return pair }
        // It is connected and works: that its id could not be noted is no reason to say otherwise.
        _ = try? await changeConnection(path, action: .connect, reason: "account found") { record in
            guard record.accountID == nil else { return false }
            record.accountID = id
            record.displayAccountID = id
            return true
        }
        return try await self.pair(path)
    }

    /// Whether a failed first request leaves nothing that is worth keeping: the token was finally refused, or it was
    /// never sent or not processed and the person still has it.
    private static func nothingIsLost(by error: OAuthError) -> Bool {
        error.code != .indeterminate && error.code != .nonsense
    }
}
