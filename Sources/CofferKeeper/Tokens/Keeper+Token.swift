// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Hands out an access token: at once when it can, after a refresh when it must.
    ///
    /// The event is written before the token is returned. In the soft window a refresh may still be under way
    /// when this returns; ``landed()`` waits for it.
    ///
    /// - Parameters:
    ///   - path: The connection.
    ///   - minimumValidity: How long the token must live; nil for the hard window.
    ///   - isStrict: Whether less than that is an error rather than a note.
    /// - Returns: the credential, and what to say with it.
    /// - Throws: ``KeeperError`` `rotating`, `needs_issuer`, `too_short`; ``OAuthError`` of a refresh; ``VaultError``.
    package func token(
        _ path: CredentialPath, minimumValidity: Duration? = nil, isStrict: Bool = false
    ) async throws -> TokenHandout {
        var pair = try await pair(path)
        if pair.isHeld { pair = try await reissued(pair) }
        if pair.app.registration == nil {
            return try await tokenForReader(pair, minimumValidity)
        }
        let grant: RefreshedGrant
        do {
            grant = try await refresher.accessToken(
                of: GrantID(pair.entry.id.description), minimumValidity: minimumValidity)
        } catch let error as OAuthError where error.code == .held {
            throw Self.onHold(path)
        }
        let snapshot = grant.snapshot
        guard let value = snapshot.accessToken else {
            throw OAuthError(.needsReauthorization, "there is no access token for \(path); connect the account again")
        }
        if isStrict, let minimumValidity, !RefreshWindows(snapshot).meets(minimumValidity, at: effects.now()) {
            throw KeeperError(
                .tooShort, grant.note ?? "the token of \(path) lives for less than was asked for", path: path)
        }
        let credential = Credential(
            path: path, value: value, tokenType: snapshot.tokenType, expiresAt: snapshot.expiresAt,
            scope: snapshot.scope, accountURL: snapshot.accountHost.map { "https://\($0)" }, version: snapshot.version)
        try await record(.handOut, [path], details: ["version": "\(snapshot.version)"])
        var note = note(grant, pair)
        if note == nil, let minimumValidity, !RefreshWindows(snapshot).meets(minimumValidity, at: effects.now()) {
            // More than nine tenths of a life is never asked of a provider: it would refresh at each call.
            let left = snapshot.expiresAt.map { Int($0.timeIntervalSince(effects.now())) } ?? 0
            note = "the token of \(path) lives for \(left) seconds, less than was asked for"
        }
        return TokenHandout(credential: credential, note: note)
    }

    /// What is on hold and was left behind by a rotation that is over gets its reissue now, if it can: the cool-down
    /// and the one repetition of a lost answer are kept.
    private func reissued(_ pair: GrantPair) async throws -> GrantPair {
        let path = pair.entry.path
        guard pair.app.registration != nil, pair.app.frozenBy == nil, !pair.app.keepsLeakedTokens else {
            throw Self.onHold(path)
        }
        _ = try await refresher.refresh(
            GrantID(pair.entry.id.description), .rejected(version: Int(pair.connection.tokenVersion)))
        let renewed = try await self.pair(path)
        guard !renewed.isHeld else { throw Self.onHold(path) }
        return renewed
    }

    private func note(_ grant: RefreshedGrant, _ pair: GrantPair) -> String? {
        if grant.snapshot.isTainted {
            return "\(pair.entry.path) is tainted: its app's client_secret leaked and it was not reissued yet"
        }
        return grant.note
    }

    private static func onHold(_ path: CredentialPath) -> KeeperError {
        KeeperError(
            .rotating,
            "the app of \(path) is being rotated after a leak and its tokens are on hold; see: coffer rotate list",
            path: path)
    }

    /// What an identity gets that can open the token and not refresh it.
    private func tokenForReader(_ pair: GrantPair, _ minimumValidity: Duration?) async throws -> TokenHandout {
        let (path, connection) = (pair.entry.path, pair.connection)
        let left = connection.expiresAt.map { $0.timeIntervalSince(effects.now()) } ?? .infinity
        guard let value = connection.accessToken, left > (minimumValidity ?? .zero) / .seconds(1) else {
            throw KeeperError(
                .needsIssuer, "the token of \(path) has expired, and only an issuer's identity can refresh it",
                path: path)
        }
        try await record(.handOut, [path], details: ["version": "\(connection.tokenVersion)"])
        let credential = Credential(
            path: path, value: value, tokenType: connection.tokenType, expiresAt: connection.expiresAt,
            scope: connection.scope, accountURL: connection.displayHost.map { "https://\($0)" },
            version: Int(connection.tokenVersion))
        return TokenHandout(credential: credential, note: nil)
    }

    /// Hears that a server refused a token: the next request gets another, if there is or can be one.
    package func report(rejected credential: Credential) async throws {
        let pair = try await pair(credential.path)
        // Of a value that is replaced already, or never was ours, nothing follows.
        guard pair.connection.accessToken == credential.value else { return }
        _ = try await refresher.refresh(
            GrantID(pair.entry.id.description), .rejected(version: credential.version))
    }
}
