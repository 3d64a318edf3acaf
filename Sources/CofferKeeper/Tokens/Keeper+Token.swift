// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
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
    ///   - narrowing: What less than the whole grant is enough; nil for the whole.
    ///   - minimumValidity: How long the token must live; nil for the hard window.
    ///   - isStrict: Whether less than that is an error rather than a note.
    ///   - wait: How long a reader waits for an issuer's process to refresh it.
    ///   - holdWait: How long is waited while a leak is being contained and the token is on hold; nil for not at all.
    /// - Returns: the credential, and what to say with it.
    /// - Throws: ``KeeperError`` `rotating`, `needs_issuer`, `too_short`; ``OAuthError`` of a refresh; ``VaultError``.
    package func token(
        _ path: CredentialPath, narrowing: TokenNarrowing? = nil, minimumValidity: Duration? = nil,
        isStrict: Bool = false, wait: Duration = issuerWait, holdWait: Duration? = nil
    ) async throws -> TokenHandout {
        let key = HandoutKey(path: path, narrowing: narrowing)
        if let credential = recalled(key, minimumValidity, as: .handOut) {
            return TokenHandout(credential: credential, note: nil)
        }
        return try await recordingRefusal(of: .handOut, path) {
            try await outlastingHold(of: path, holdWait) {
                try await tokenFromVault(path, narrowing, minimumValidity, isStrict: isStrict, wait: wait)
            }
        }
    }

    /// The same without what this process remembers, and without a wait for what is on hold.
    func tokenFromVault(
        _ path: CredentialPath, _ narrowing: TokenNarrowing?, _ minimumValidity: Duration?, isStrict: Bool,
        wait: Duration
    ) async throws -> TokenHandout {
        try await amongOthers(path) {
            // Before anything is read: what changes from here on makes the memory of it useless.
            let mark = vault.mark()
            var pair = try await pair(path)
            if pair.isHeld { pair = try await reissued(pair) }
            if let narrowing, !narrowing.isWhole(of: pair.connection.scope) {
                return try await narrowedToken(pair, mark, narrowing, minimumValidity, isStrict: isStrict)
            }
            guard pair.app.registration != nil else {
                return try await tokenForReader(pair, mark, minimumValidity, wait: wait)
            }
            return try await tokenForIssuer(pair, mark, minimumValidity, isStrict: isStrict)
        }
    }

    private func tokenForIssuer(
        _ pair: GrantPair, _ mark: StoreMark?, _ minimumValidity: Duration?, isStrict: Bool
    ) async throws -> TokenHandout {
        let path = pair.entry.path
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
        let windows = RefreshWindows(snapshot)
        if isStrict, let minimumValidity, !windows.meets(minimumValidity, at: effects.now()) {
            throw KeeperError(
                .tooShort, grant.note ?? "the token of \(path) lives for less than was asked for", path: path)
        }
        var credential = Credential(
            path: path, value: value, tokenType: snapshot.tokenType, expiresAt: snapshot.expiresAt,
            scope: snapshot.scope, accountURL: snapshot.accountHost.map { "https://\($0)" }, version: snapshot.version)
        credential.header = pair.app.tokenHeader
        credential.signer = ConnectionSigner(pair.connection, self)
        let note = note(grant, pair)
        // What needs a note is never served from memory: it would be served without it.
        let refreshAt = snapshot.refreshAt
        let handout = Handout(
            credential: credential, action: .handOut, entryID: pair.entry.id, mark: note == nil ? mark : nil
        ) { minimumValidity, now in
            windows.meets(minimumValidity, at: now)
                && windows.freshness(at: now, minimumValidity: minimumValidity, refreshAt: refreshAt) == .fresh
        }
        try await letOut(handout, from: Self.fences(of: snapshot, pair))
        if let note { return TokenHandout(credential: credential, note: note) }
        guard let minimumValidity, !windows.meets(minimumValidity, at: effects.now()) else {
            return TokenHandout(credential: credential, note: nil)
        }
        // More than nine tenths of a life is never asked of a provider: it would refresh at each call.
        let left = snapshot.expiresAt.map { Int($0.timeIntervalSince(effects.now())) } ?? 0
        return TokenHandout(
            credential: credential, note: "the token of \(path) lives for \(left) seconds, less than was asked for")
    }

    static func fences(of snapshot: GrantSnapshot, _ pair: GrantPair) -> [EntryFence] {
        [
            EntryFence(pair.entry.id, version: UInt64(snapshot.revision)),
            EntryFence(pair.appEntry.id, version: UInt64(snapshot.appRevision)),
        ]
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
        grant.snapshot.isTainted ? Self.taint(of: pair.entry.path) : grant.note
    }

    /// What is said with a token that a leak has tainted and that is served nevertheless.
    static func taintNote(_ pair: GrantPair) -> String? {
        pair.isTainted ? taint(of: pair.entry.path) : nil
    }

    private static func taint(of path: CredentialPath) -> String {
        "\(path) is tainted: its app's client_secret leaked and it was not reissued yet"
    }

    static func onHold(_ path: CredentialPath) -> KeeperError {
        KeeperError(
            .rotating,
            "the app of \(path) is being rotated after a leak and its tokens are on hold; see: coffer rotate list",
            path: path)
    }

    /// Hears that a server refused a token: the next request gets another, if there is or can be one, and else why not.
    package func report(rejected credential: Credential) async throws {
        let pair = try await pair(credential.path)
        // Of a value that is replaced already, or never was ours, nothing follows.
        guard pair.connection.accessToken == credential.value else { return try await dropNarrowed(credential, pair) }
        // Its version here: the server may have issued the same one anew since it was handed out.
        let present = Credential(
            path: credential.path, value: credential.value, version: Int(pair.connection.tokenVersion))
        if !RefreshLimits().doubtsRejection(of: pair.connection.obtainedAt, at: effects.now()) {
            memory.forget(present.value, at: present.path)
            if pair.app.registration == nil { rejections.add(present) }
        }
        guard pair.app.registration != nil else { return try await wishForAnother(than: credential, pair) }
        try await refresher.reject(GrantID(pair.entry.id.description), version: present.version)
    }
}
