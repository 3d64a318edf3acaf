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
    /// grant is found out by its refresh, never by that of a part.
    func narrowedToken(
        _ pair: GrantPair, _ mark: StoreMark?, _ narrowing: TokenNarrowing, _ minimumValidity: Duration?,
        isStrict: Bool
    ) async throws -> TokenHandout {
        let path = pair.entry.path
        guard pair.app.registration != nil else {
            guard let kept = pair.servableNarrowed.last(where: { $0.narrowing == narrowing }),
                !pair.connection.state.needsPerson, KeptLife(kept).serves(minimumValidity, at: effects.now())
            else {
                throw KeeperError(
                    .needsIssuer,
                    "there is no token of \(path) for \(narrowing.phrase) that works, and only an issuer's identity can ask for one",
                    path: path)
            }
            let life = KeptLife(kept)
            return try await letOut(kept, pair, pair.fences, mark) { life.serves($0, at: $1) }
        }
        let snapshot = try await snapshot(narrowedTo: narrowing, pair, minimumValidity)
        let provider = snapshot.registration.provider
        guard let token = snapshot.narrowed(to: narrowing), token.accessToken != nil else {
            throw KeeperError(.busy, "\(path) was changed by another process; try again", path: path)
        }
        let windows = RefreshWindows(obtainedAt: token.obtainedAt, expiresAt: token.expiresAt, provider: provider)
        let meets = minimumValidity.map { windows.meets($0, at: effects.now()) } ?? true
        let left = token.expiresAt.map { Int($0.timeIntervalSince(effects.now())) } ?? 0
        let note = meets ? nil : "the token of \(path) lives for \(left) seconds, less than was asked for"
        if isStrict, let note { throw KeeperError(.tooShort, note, path: path) }
        return try await letOut(token, pair, Self.fences(of: snapshot, pair), meets ? mark : nil, note: note) {
            windows.meets($0, at: $1)
                && windows.freshness(at: $1, minimumValidity: $0, refreshAt: nil) < .hard
        }
    }

    private func letOut(
        _ token: NarrowedToken, _ pair: GrantPair, _ fences: [EntryFence], _ mark: StoreMark?, note: String? = nil,
        serves: @escaping @Sendable (Duration?, Date) -> Bool
    ) async throws -> TokenHandout {
        guard let value = token.accessToken else { throw VaultError.damaged }
        var credential = Credential(
            path: pair.entry.path, value: value, tokenType: token.tokenType, expiresAt: token.expiresAt,
            scope: token.scope, accountURL: pair.connection.displayHost.map { "https://\($0)" },
            version: Int(pair.connection.tokenVersion))
        credential.signer = ConnectionSigner(pair.connection, self)
        let handout = Handout(
            credential: credential, action: .handOut, entryID: pair.entry.id, mark: pair.isTainted ? nil : mark,
            serves: serves, narrowing: token.narrowing)
        try await letOut(handout, from: fences)
        return TokenHandout(credential: credential, note: Self.taintNote(pair) ?? note)
    }

    /// The connection with the narrower token beside its own.
    private func snapshot(
        narrowedTo narrowing: TokenNarrowing, _ pair: GrantPair, _ minimumValidity: Duration?
    ) async throws -> GrantSnapshot {
        let id = GrantID(pair.entry.id.description)
        let whole: RefreshedGrant
        do {
            whole = try await refresher.accessToken(of: id)
        } catch let error as OAuthError where error.code == .held {
            throw Self.onHold(pair.entry.path)
        }
        let provider = whole.snapshot.registration.provider
        if let kept = whole.snapshot.narrowed(to: narrowing),
            kept.serves(minimumValidity, at: effects.now(), provider: provider)
        {
            return whole.snapshot
        }
        if whole.snapshot.usesClientCredentials || provider.narrowingMethod == .exchange {
            return try await issueNarrowed(narrowing, pair.entry.path, minimumValidity)
        }
        let grant = try await refresher.refresh(id, .narrowed(narrowing, minimumValidity: minimumValidity))
        if grant.snapshot.isHeld { throw Self.onHold(pair.entry.path) }
        return grant.snapshot
    }

    /// Asks for a narrower token by what spends nothing: an exchange, or the client's own grant.
    ///
    /// No intent is needed: a lost answer loses a token that is asked for again.
    private func issueNarrowed(
        _ narrowing: TokenNarrowing, _ path: CredentialPath, _ minimumValidity: Duration?
    ) async throws -> GrantSnapshot {
        let entryID = GrantID(try await pair(path).entry.id.description)
        let limits = RefreshLimits()
        return try await grants.withLock(entryID, wait: limits.lockWait) {
            // Whoever waited reads again: another process may have asked for the same.
            let pair = try await self.pair(path)
            guard !pair.isHeld else { throw Self.onHold(path) }
            guard pair.app.frozenBy == nil else {
                throw OAuthError(
                    .frozen, "the client_secret of \(pair.appEntry.path) is being replaced; try again shortly")
            }
            let snapshot = try pair.snapshot
            let provider = snapshot.registration.provider
            if let kept = snapshot.narrowed(to: narrowing) {
                if kept.serves(minimumValidity, at: effects.now(), provider: provider) { return snapshot }
                if let error = kept.refusalError(at: effects.now()) { throw error }
            }
            try await pacer.pace(snapshot.registration, account: pair.connection.pacedAccount)
            try await record(.beginRefresh, [path], "a narrower token: \(narrowing.phrase)")
            let requestedAt = effects.now()
            let outcome = try await ask(for: narrowing, snapshot)
            return try await keep(outcome, narrowing, pair, requestedAt)
        }
    }

    private func ask(for narrowing: TokenNarrowing, _ snapshot: GrantSnapshot) async throws -> TokenOutcome {
        if snapshot.usesClientCredentials {
            return await client.clientCredentials(
                snapshot.registration, narrowing: narrowing, usualScope: snapshot.scope)
        }
        guard let subject = snapshot.accessToken else {
            throw OAuthError(.needsReauthorization, "there is no access token to exchange; connect the account again")
        }
        return await client.exchange(
            snapshot.registration, subject: subject, accountHost: snapshot.accountHost, narrowing: narrowing)
    }

    /// Keeps a narrower token, or its refusal, and hands the connection out as it is with it.
    private func keep(
        _ outcome: TokenOutcome, _ narrowing: TokenNarrowing, _ pair: GrantPair, _ requestedAt: Date
    ) async throws -> GrantSnapshot {
        let token: NarrowedToken
        switch outcome {
        case .accepted(let tokens):
            token = NarrowedToken(
                narrowing, answered: tokens,
                grantedScope: pair.connection.usesClientCredentials ? nil : pair.connection.scope,
                requestedAt: requestedAt, at: effects.now())
        case .unprocessed(let setback) where setback.kind == .configuration:
            token = NarrowedToken(narrowing, refused: setback.message, at: effects.now())
        case .unprocessed(let setback): throw setback.error
        case .refused(let refusal): throw refusal.error
        case .notSent(let message), .indeterminate(let message): throw OAuthError(.unreachable, message)
        case .senseless(let message): throw OAuthError(.nonsense, message)
        }
        let path = pair.entry.path
        let traced = token.accessToken.map { TracedSecret($0, tier: .use, field: ConnectionRecord.Tag.narrowed) }
        let trace: (ConnectionRecord) -> [TracedSecret] = { _ in [traced].compactMap(\.self) }
        try await changeConnection(path, action: .endRefresh, reason: "a narrower token", tracing: trace) { record in
            // Another pair has come meanwhile, perhaps another account's: what was taken from the last one goes with it.
            guard record.tokenVersion == pair.connection.tokenVersion else { return false }
            record.keep(token, mintedUnder: pair.app.secretEpoch)
            return true
        }
        if let refusal = token.refusal { throw NarrowedToken.error(refusal) }
        return try await self.pair(path).snapshot
    }

    /// Forgets a narrower token that a server refused, so that the next ask gets another.
    func dropNarrowed(_ credential: Credential, _ pair: GrantPair) async throws {
        guard pair.app.registration != nil,
            let kept = pair.servableNarrowed.first(where: { $0.accessToken == credential.value })
        else { return }
        // A client that lacks a right gets 401 or 403 with every token.
        let age = effects.now().timeIntervalSince(kept.obtainedAt)
        guard age < 0 || age >= RefreshLimits().rejectionQuiet / .seconds(1) else { return }
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
