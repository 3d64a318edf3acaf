// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// How long a reader waits for an issuer's process unless told otherwise: 10 s.
    ///
    /// Longer than an agent takes that is there, shorter than a person's patience where none is.
    package static let issuerWait = Duration.seconds(10)

    /// How often a reader looks whether anything has changed: the counter costs no system call.
    private static let issuerPoll = Duration.milliseconds(50)

    /// What an identity gets that can open the token and not refresh it: the present one, or, after a wish, the next.
    func tokenForReader(
        _ pair: GrantPair, _ mark: StoreMark?, _ minimumValidity: Duration?, wait: Duration
    ) async throws -> TokenHandout {
        let isRejected = rejections.contain(pair.connection.accessToken, version: pair.connection.tokenVersion)
        if !isRejected, serves(pair.connection, minimumValidity) { return try await letOut(pair, mark) }
        try Self.requireHope(for: pair)
        guard !vault.readsUnrecorded else {
            throw KeeperError(
                .needsIssuer,
                "\(complaint(pair, isRejected)), and no wish for it can be left, since nothing can be written where the vault lies",
                path: pair.entry.path)
        }
        try await leaveWish(isRejected ? .rejected : .refresh, pair, minimumValidity)
        if let (renewed, mark) = try await issuersAnswer(
            to: pair, wait: wait,
            { present in
                (!isRejected || present.connection.tokenVersion > pair.connection.tokenVersion)
                    && serves(present.connection, minimumValidity)
            })
        {
            // Only tidiness: it counts for nothing any more.
            try? await vault.withdrawWish(for: renewed.entry)
            return try await letOut(renewed, mark)
        }
        guard !isRejected, minimumValidity == nil, pair.connection.accessToken != nil,
            let expiresAt = pair.connection.expiresAt,
            expiresAt > effects.now()
        else {
            throw KeeperError(
                .needsIssuer,
                """
                \(complaint(pair, isRejected)), and only an issuer's identity can refresh it; a wish for it is left, which an issuer's \
                process fulfils: coffer refresh
                """, path: pair.entry.path)
        }
        return try await letOut(
            pair, nil, note: "\(complaint(pair)), and no issuer's process has refreshed it yet")
    }

    /// Leaves a wish for another token than one that a server refused, and waits for it as for any.
    func wishForAnother(than credential: Credential, _ pair: GrantPair) async throws {
        guard !pair.connection.state.needsPerson, !vault.readsUnrecorded else { return }
        try await leaveWish(.rejected, pair, nil)
        let renewed = try await issuersAnswer(to: pair, wait: Self.issuerWait) {
            $0.connection.tokenVersion > pair.connection.tokenVersion
        }
        if let renewed { try? await vault.withdrawWish(for: renewed.pair.entry) }
    }

    private func letOut(_ pair: GrantPair, _ mark: StoreMark?, note: String? = nil) async throws -> TokenHandout {
        let (path, connection) = (pair.entry.path, pair.connection)
        guard let value = connection.accessToken else { throw VaultError.damaged }
        var credential = Credential(
            path: path, value: value, tokenType: connection.tokenType, expiresAt: connection.expiresAt,
            scope: connection.scope, accountURL: connection.displayHost.map { "https://\($0)" },
            version: Int(connection.tokenVersion))
        credential.header = pair.app.tokenHeader
        credential.signer = ConnectionSigner(connection, self)
        let handout = Handout(
            credential: credential, action: .handOut, entryID: pair.entry.id,
            mark: note == nil && !pair.isTainted ? mark : nil
        ) { [refreshAt = connection.refreshAt, life = Life(connection)] minimumValidity, now in
            refreshAt.map { now < $0 } ?? true && life.serves(minimumValidity, at: now)
        }
        try await letOut(handout, from: pair.fences)
        return TokenHandout(credential: credential, note: note ?? Self.taintNote(pair))
    }

    private func leaveWish(_ kind: Wish.Kind, _ pair: GrantPair, _ minimumValidity: Duration?) async throws {
        let text = kind == .refresh ? "refresh" : "version \(pair.connection.tokenVersion) was rejected"
        try await vault.leaveWish(
            kind, for: pair.entry, tokenVersion: pair.connection.tokenVersion, validFor: minimumValidity,
            reason: because(text))
    }

    /// Looks at the connection whenever the store has changed, until it is as it should be or the wait is over.
    private func issuersAnswer(
        to wished: GrantPair, wait: Duration, _ isMet: (GrantPair) -> Bool
    ) async throws -> (pair: GrantPair, mark: StoreMark?)? {
        let hasTime = Self.timer(effects.clock, wait)
        var seen: StoreMark?
        while true {
            if seen.map({ !vault.isUnchanged(since: $0) }) ?? true {
                seen = vault.mark()
                let pair = try await pair(wished.entry.path)
                guard !pair.isHeld else { throw Self.onHold(wished.entry.path) }
                try Self.requireHope(for: pair)
                if isMet(pair) { return (pair, seen) }
            }
            guard hasTime() else { return nil }
            try await effects.clock.sleep(for: Self.issuerPoll)
        }
    }

    /// A wish for what only a person can mend would never be fulfilled.
    private static func requireHope(for pair: GrantPair) throws {
        guard pair.connection.state.needsPerson else { return }
        throw KeeperError(
            .needsReauthorization,
            "\(pair.entry.path) has to be authorised again by a person who has an issuer's identity",
            path: pair.entry.path)
    }

    private func complaint(_ pair: GrantPair, _ isRejected: Bool = false) -> String {
        if isRejected { return "the token of \(pair.entry.path) was refused by the server" }
        let left = pair.connection.expiresAt.map { $0.timeIntervalSince(effects.now()) } ?? 0
        guard pair.connection.accessToken != nil, left > 0 else { return "the token of \(pair.entry.path) has expired" }
        return "the token of \(pair.entry.path) lives for \(Int(left)) more seconds"
    }

    private func serves(_ connection: ConnectionRecord, _ minimumValidity: Duration?) -> Bool {
        Life(connection).serves(minimumValidity, at: effects.now())
    }
}

/// For how long a connection's token is good, without the token: it is kept in memory.
private struct Life: Sendable {
    private let isUsable: Bool
    private let expiresAt: Date?
    private let obtainedAt: Date?

    init(_ connection: ConnectionRecord) {
        isUsable = connection.accessToken != nil && !connection.state.needsPerson
        expiresAt = connection.expiresAt
        obtainedAt = connection.obtainedAt
    }

    /// Whether it is good for as long as was asked, or else for the hard window (docs/credentials.md); how its
    /// provider wants to be refreshed is nothing that a reader can know.
    func serves(_ minimumValidity: Duration?, at now: Date) -> Bool {
        guard isUsable else { return false }
        guard let expiresAt else { return true }
        let life = obtainedAt.map { expiresAt.timeIntervalSince($0) } ?? .infinity
        let asked = minimumValidity.map { $0 / .seconds(1) } ?? min(60, max(0, life * 0.05))
        return expiresAt.timeIntervalSince(now) > asked
    }
}
