// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Hands out a token with less than the whole of a connection: the one that is kept, or a new one.
    ///
    /// The connection's own token is made sure of first: it is what an exchange presents, and a lost answer or a dead
    /// grant is found out by its refresh, never by that of a part. Whoever has a ticket gets one that is kept: each new value is a
    /// request of the provider, and pushes out what others have.
    func narrowedToken(
        _ pair: GrantPair, _ mark: StoreMark?, _ narrowing: TokenNarrowing, _ minimumValidity: Duration?,
        isStrict: Bool
    ) async throws -> TokenHandout {
        let path = pair.entry.path
        let isGuest = Asker.ticket != nil
        guard pair.app.registration != nil, !isGuest else {
            let kept = pair.narrowed(to: narrowing).filter {
                !rejections.contain($0.accessToken, version: pair.connection.tokenVersion)
            }
            guard let token = kept.last, !pair.connection.state.needsPerson,
                KeptLife(token).serves(minimumValidity, at: effects.now())
            else {
                guard !isGuest else {
                    throw KeeperError(
                        .notPermitted,
                        "there is no token of \(path) for \(narrowing.phrase) that works, and none is asked for with a ticket",
                        path: path)
                }
                throw KeeperError(
                    .needsIssuer,
                    "there is no token of \(path) for \(narrowing.phrase) that works, and only an issuer's identity can ask for one",
                    path: path)
            }
            let life = KeptLife(token)
            return try await letOut(token, pair, mark) { life.serves($0, at: $1) }
        }
        try await obtain(narrowing, pair, minimumValidity)
        // Anew: while it was asked for a leak may have been found, or the connection may have ended.
        let present = try await self.pair(path)
        guard !present.isHeld else { throw Self.onHold(path) }
        guard !present.connection.state.needsPerson else {
            throw KeeperError(
                .needsReauthorization, "\(path) has to be authorised again by a person", path: path)
        }
        guard let token = present.narrowed(to: narrowing).last else {
            throw KeeperError(.busy, "\(path) was changed by another process; try again", path: path)
        }
        let windows = RefreshWindows(
            obtainedAt: token.obtainedAt, expiresAt: token.expiresAt, provider: try present.registration.provider)
        let meets = minimumValidity.map { windows.meets($0, at: effects.now()) } ?? true
        let left = token.expiresAt.map { Int($0.timeIntervalSince(effects.now())) } ?? 0
        let note = meets ? nil : "the token of \(path) lives for \(left) seconds, less than was asked for"
        if isStrict, let note { throw KeeperError(.tooShort, note, path: path) }
        return try await letOut(token, present, meets ? mark : nil, note: note) {
            windows.meets($0, at: $1)
                && windows.freshness(at: $1, minimumValidity: $0, refreshAt: nil) < .hard
        }
    }

    private func letOut(
        _ token: NarrowedToken, _ pair: GrantPair, _ mark: StoreMark?, note: String? = nil,
        serves: @escaping @Sendable (Duration?, Date) -> Bool
    ) async throws -> TokenHandout {
        guard let value = token.accessToken else { throw VaultError.damaged }
        var credential = Credential(
            path: pair.entry.path, value: value, tokenType: token.tokenType, expiresAt: token.expiresAt,
            scope: token.scope, accountURL: pair.connection.displayHost.map { "https://\($0)" },
            version: Int(pair.connection.tokenVersion))
        credential.header = pair.app.tokenHeader
        credential.signer = ConnectionSigner(pair.connection, self)
        let handout = Handout(
            credential: credential, action: .handOut, entryID: pair.entry.id, mark: pair.isTainted ? nil : mark,
            serves: serves, narrowing: token.narrowing)
        try await letOut(handout, from: pair.fences)
        return TokenHandout(credential: credential, note: Self.taintNote(pair) ?? note)
    }

    /// Sees to it that the narrower token lies beside the connection's own.
    private func obtain(_ narrowing: TokenNarrowing, _ pair: GrantPair, _ minimumValidity: Duration?) async throws {
        let id = GrantID(pair.entry.id.description)
        do {
            let whole = try await refresher.accessToken(of: id).snapshot
            if let kept = whole.narrowed(to: narrowing),
                kept.serves(minimumValidity, at: effects.now(), provider: whole.registration.provider)
            {
                return
            }
            _ = try await refresher.refresh(id, .narrowed(narrowing, minimumValidity: minimumValidity))
        } catch let error as OAuthError where error.code == .held {
            throw Self.onHold(pair.entry.path)
        }
    }

    /// Forgets a narrower token that a server refused, so that the next ask gets another; a reader's process, which can't
    /// have another, hands it out no more.
    func dropNarrowed(_ credential: Credential, _ pair: GrantPair) async throws {
        guard let kept = pair.servableNarrowed.first(where: { $0.accessToken == credential.value }) else { return }
        // A client that lacks a right gets 401 or 403 with every token.
        guard !RefreshLimits().doubtsRejection(of: kept.obtainedAt, at: effects.now()) else { return }
        guard pair.app.registration != nil else {
            rejections.add(credential)
            return memory.forget(credential.value, at: credential.path)
        }
        try await changeConnection(pair.entry.path, action: .endRefresh, reason: "a narrower token was rejected") {
            record in
            let count = record.narrowed.count
            record.narrowed.removeAll { $0.token.accessToken == credential.value }
            return record.narrowed.count < count
        }
    }
}

/// For how long a kept token is good where nothing is known of its provider, without the token.
private struct KeptLife: Sendable {
    private let obtainedAt: Date
    private let expiresAt: Date?
    private let isThere: Bool

    init(_ token: NarrowedToken) {
        obtainedAt = token.obtainedAt
        expiresAt = token.expiresAt
        isThere = token.accessToken != nil
    }

    /// Whether it is good for as long as was asked, or else for the hard window (docs/credentials.md).
    func serves(_ minimumValidity: Duration?, at now: Date) -> Bool {
        guard isThere else { return false }
        guard let expiresAt else { return true }
        let asked = minimumValidity.map { $0 / .seconds(1) } ?? min(60, expiresAt.timeIntervalSince(obtainedAt) * 0.05)
        return expiresAt.timeIntervalSince(now) > max(0, asked)
    }
}
