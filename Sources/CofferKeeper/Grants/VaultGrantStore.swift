// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferOAuth
import CofferVault
import Foundation

/// Grants as they lie in the vault: what the refresher works on.
///
/// A grant is a connection's entry together with its app's. `version` counts token pairs, `revision` is
/// the entry's version, and the app's fence is its entry's version: a freeze or a new secret changes it.
struct VaultGrantStore: GrantStore {
    let vault: Vault
    let clock: any Clock<Duration>
    let log: KeeperLog
    /// What the caller gave with `--reason`.
    let reason: String
    /// The grants as they were when their intents were recorded, so that an answer can be kept although the vault
    /// can no longer be read.
    let memory = IntentMemory()
    /// The grants whose locks are held, as they were last read.
    let locked = LockedGrants()

    // MARK: - Reading

    func grant(_ id: GrantID) async throws -> GrantSnapshot {
        var pair = try await pair(id)
        if try await takeInSpill(pair, isReading: !locked.holds(id)) { pair = try await self.pair(id) }
        locked.read(pair)
        return try snapshot(of: pair)
    }

    /// What the refresher sees, with an intent by the clock of this machine.
    private func snapshot(of pair: GrantPair) throws -> GrantSnapshot {
        var snapshot = try pair.snapshot
        snapshot.intent = snapshot.intent?.moved(by: Duration.zero - locked.clockOffset(of: snapshot.id))
        return snapshot
    }

    func withLock<R: Sendable>(
        _ id: GrantID, wait: Duration, _ body: @Sendable () async throws -> R
    ) async throws -> R {
        let entryID = try Self.entryID(id)
        let failure = OAuthError(.lockTimeout, "another process is refreshing this connection; try again")
        do {
            return try await vault.whileHolding(entryID, wait: wait, clock: clock) { lock in
                locked.begin(id, lock)
                defer { locked.end(id) }
                return try await body()
            }
        } catch let error as VaultError where error.code == .busy {
            throw failure
        }
    }

    func holdsLock(_ id: GrantID) async -> Bool { await locked.holdsStill(id) }

    func claim(_ id: GrantID) async -> GrantClaim? {
        do {
            return try await vault.tryClaim(Self.entryID(id)).map { lock in GrantClaim { lock.release() } }
        } catch {
            // The lock itself will say what the trouble is.
            return GrantClaim {}
        }
    }

    // MARK: - Writing

    func recordIntent(
        attempt: Int, startedAt: Date, deadline: Date, narrowing: TokenNarrowing?, evidence: String?,
        for snapshot: GrantSnapshot
    ) async throws -> GrantSnapshot {
        let (pair, token) = try await presentable(snapshot)
        try vault.reserveRoom()
        var record = pair.connection
        record.state = .refreshing
        record.intent = RefreshIntent(
            tokenFingerprint: try vault.tag(of: token, tier: .issue, at: pair.entry.path).bytes, attempt: attempt,
            startedAt: startedAt, deadline: deadline, narrowing: narrowing
        ).moved(by: locked.clockOffset(of: snapshot.id))
        record.intentEpoch = pair.mintingEpoch
        record.intentSpillFolder = vault.spillFolder
        let age = clock.stopwatch()
        let written: GrantPair
        do {
            written = try await write(
                record, over: pair, action: .beginRefresh, reason: Keeper.join("attempt \(attempt)", evidence ?? ""),
                appUnchanged: true)
        } catch let error as VaultError {
            guard let present = await recordedAfterAll(record, over: pair, after: error) else { throw error }
            written = present
        }
        memory.remember(written, age: age)
        return try self.snapshot(of: written)
    }

    func announce(_ narrowing: TokenNarrowing, at date: Date, for snapshot: GrantSnapshot) async throws {
        let pair = try await pair(snapshot.id)
        try pair.require(snapshot, alsoApp: true)
        try await record(.beginRefresh, "a narrower token: \(narrowing.phrase)", at: date, of: pair)
    }

    func beginInquiry(at date: Date, for snapshot: GrantSnapshot) async throws {
        let (pair, _) = try await presentable(snapshot)
        try await record(.inquire, "introspection is asked about a lost answer", at: date, of: pair)
    }

    func commit(_ renewal: GrantRenewal, for snapshot: GrantSnapshot) async throws -> GrantSnapshot {
        let pair = try await committable(snapshot)
        try pair.require(snapshot, alsoApp: false)
        let (record, traced) = ConnectionRenewal(
            renewal, presented: snapshot.refreshToken, appRevision: snapshot.appRevision
        ).applied(to: pair)
        let written: GrantPair
        do {
            written = try await write(record, over: pair, action: .endRefresh, reason: "accepted", traced: traced)
        } catch let error as VaultError {
            // Whatever is wrong with the vault, full, failing, damaged or kept busy: the provider has spent the old token.
            written = try await commitInNeed(renewal, record, traced, over: pair, after: error)
        }
        memory.forget(snapshot.id)
        return try self.snapshot(of: written)
    }

    /// The grant as it is, or as it was when its intent was recorded if the vault can't be read.
    private func committable(_ snapshot: GrantSnapshot) async throws -> GrantPair {
        do {
            return try await pair(snapshot.id)
        } catch let error as VaultError {
            guard let remembered = memory.pair(snapshot.id), Int(remembered.entry.version) == snapshot.revision else {
                throw error
            }
            return remembered
        }
    }

    func settle(_ settlement: GrantSettlement, for snapshot: GrantSnapshot) async throws -> GrantSnapshot {
        let pair = try await pair(snapshot.id)
        try pair.require(snapshot, alsoApp: false)
        var record = pair.connection
        record.state = settlement.state.withoutTaint
        record.intent = settlement.intent?.moved(by: locked.clockOffset(of: snapshot.id))
        if settlement.intent == nil { record.intentEpoch = nil }
        record.failureCount = Int64(settlement.failureCount)
        record.coolDownUntil = settlement.coolDownUntil
        record.lastError = settlement.lastError
        if let host = settlement.accountHost {
            record.accountHost = host
            record.displayHost = host
        }
        if let refused = settlement.refusedNarrowing {
            record.keep(refused, mintedUnder: pair.mintingEpoch)
        }
        var traced: [TracedSecret] = []
        // What was presented, which the fence says is what is there.
        if settlement.spendsPresentToken, let token = snapshot.refreshToken {
            traced.append(
                TracedSecret(token, tier: .issue, field: ConnectionRecord.Tag.refreshToken, change: .spent))
        }
        let written = try await write(
            record, over: pair, action: .endRefresh,
            reason: Keeper.join(settlement.state.rawValue, settlement.evidence ?? ""), traced: traced)
        memory.forget(snapshot.id)
        return try self.snapshot(of: written)
    }

    // MARK: - Parts

    func write(
        _ record: ConnectionRecord, over pair: GrantPair, action: AuditAction, reason remark: String,
        traced: [TracedSecret] = [], appUnchanged: Bool = false
    ) async throws -> GrantPair {
        let draft = try record.draft(replacing: pair.entry, traced: traced)
        let batch = WriteBatch(
            action, reason: Keeper.join(remark, reason), details: ["version": "\(record.tokenVersion)"],
            drafts: [draft],
            unchanged: appUnchanged ? [pair.appEntry] : [])
        do {
            let written = try await vault.commit(batch)
            guard let entry = written.first else { throw VaultError.damaged }
            return try GrantPair(entry: entry, appEntry: pair.appEntry)
        } catch let error as VaultError where error.code == .conflict {
            throw OAuthError(.superseded, "\(pair.entry.path) was changed by another process")
        }
    }

    /// An event that goes before a request which changes nothing of the grant.
    private func record(_ action: AuditAction, _ remark: String, at date: Date, of pair: GrantPair) async throws {
        let record = AuditRecord(
            at: date, action: action, paths: [pair.entry.path.description], reason: Keeper.join(remark, reason))
        do {
            try await vault.record(record, whileUnchanged: pair.fences)
        } catch let error as VaultError where error.code == .conflict {
            throw OAuthError(.superseded, "\(pair.entry.path) was changed by another process")
        }
    }

    /// The grant and its refresh token, if that may be shown to its provider by the client that the app is.
    private func presentable(_ snapshot: GrantSnapshot) async throws -> (pair: GrantPair, token: Secret) {
        let pair = try await source(of: snapshot)
        try pair.require(snapshot, alsoApp: true)
        guard pair.app.frozenBy == nil else {
            throw OAuthError(.frozen, "the client_secret of \(pair.appEntry.path) is being replaced; try again shortly")
        }
        guard !pair.isBarred else { throw OAuthError.barred }
        guard !pair.isStranded else {
            throw OAuthError(.needsReauthorization, "\(GrantSnapshot.strandedReason); connect the account again")
        }
        guard let token = pair.connection.refreshToken else {
            throw OAuthError(.needsReauthorization, "there is no refresh token; connect the account again")
        }
        // A whole older row opens by itself; its refresh token may have been spent since.
        try await confirmNewest(pair)
        if try await vault.isSpent(token, tier: .issue, at: pair.entry.path) {
            throw OAuthError(.spent, "the refresh token of \(pair.entry.path) was used before and is not sent again")
        }
        return (pair, token)
    }

    private func confirmNewest(_ pair: GrantPair) async throws {
        do {
            try await vault.confirmNewest(pair.entry, pair.appEntry)
        } catch let error as VaultError where error.code == .conflict {
            throw OAuthError(.superseded, "\(pair.entry.path) was changed by another process")
        }
    }

    /// What was read under the lock, for a write that is fenced on both entries after ``confirmNewest(_:)`` has compared them with
    /// what lies there; read anew where it is not known.
    private func source(of snapshot: GrantSnapshot) async throws -> GrantPair {
        if let pair = locked.source(of: snapshot) { return pair }
        return try await pair(snapshot.id)
    }

    func pair(_ id: GrantID) async throws -> GrantPair {
        guard let (entry, parent) = try await vault.inspectWithParent(Self.entryID(id)) else {
            throw KeeperError(.notFound, "the connection was removed")
        }
        guard let appEntry = parent else {
            throw KeeperError(.notFound, "the app of \(entry.path) was removed", path: entry.path)
        }
        let pair = try GrantPair(entry: entry, appEntry: appEntry)
        try vault.confirmTaint(pair.app.taintEpoch, of: appEntry.id)
        return pair
    }

    static func entryID(_ id: GrantID) throws -> EntryID {
        guard let entryID = EntryID(hexadecimal: id.description) else { throw VaultError.damaged }
        return entryID
    }
}
