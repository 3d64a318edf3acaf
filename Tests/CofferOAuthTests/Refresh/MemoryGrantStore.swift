// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A grant store in memory that keeps a diary, with the rules of a real one.
actor MemoryGrantStore: GrantStore {
    /// What happened, in order.
    private(set) var diary: [String] = []

    private var grants: [GrantID: GrantSnapshot]
    private var spent: [GrantID: [Secret]] = [:]
    private var freezesAtRecord = false
    private var held: Set<GrantID> = []
    private var lockWaiters: [(GrantID, CheckedContinuation<Void, Never>)] = []

    /// What another process does while it keeps the lock until the end of everybody's wait.
    private var lockHolder: (@Sendable (inout GrantSnapshot) -> Void)?

    private var losesLocks = false

    /// What happens while an intent is recorded.
    private var recordDelay: (@Sendable () -> Void)?

    private var lockClock: (any Clock<Duration>)?

    private let claims = ClaimBook()

    init(_ grants: [GrantSnapshot]) {
        self.grants = Dictionary(uniqueKeysWithValues: grants.map { ($0.id, $0) })
    }

    /// Changes a grant as another process would.
    func change(_ id: GrantID = GrantID("g1"), _ change: @Sendable (inout GrantSnapshot) -> Void) {
        guard var grant = grants[id] else { return }
        change(&grant)
        grant.revision += 1
        grants[id] = grant
    }

    /// Whether a flight of this process has a grant's lock.
    func isLocked(_ id: GrantID) -> Bool { held.contains(id) }

    /// How many wait for a lock that a flight has.
    var lockWaiterCount: Int { lockWaiters.count }

    /// Lets another process keep the lock, so that everybody waits for it on a clock.
    func keepLock(on clock: any Clock<Duration>) { lockClock = clock }

    /// Lets another process keep the lock, and change the grant meanwhile.
    func keepLock(_ change: @escaping @Sendable (inout GrantSnapshot) -> Void = { _ in }) { lockHolder = change }

    /// Lets every lock be lost while its holder goes on.
    func loseLocks() { losesLocks = true }

    func holdsLock(_ id: GrantID) -> Bool { !losesLocks }

    /// Lets something happen while an intent is recorded.
    func whileRecording(_ delay: (@Sendable () -> Void)?) { recordDelay = delay }

    /// Freezes the app between a flight's reading and its record.
    func freezeAtNextRecord() { freezesAtRecord = true }

    /// Whether a refresh token may never be presented again.
    func isSpent(_ token: String, of id: GrantID = GrantID("g1")) -> Bool {
        spent[id, default: []].contains(Secret(token))
    }

    func grant(_ id: GrantID) async throws -> GrantSnapshot {
        guard let grant = grants[id] else { throw OAuthError(.configuration, "There is no such grant.") }
        return grant
    }

    func withLock<R: Sendable>(
        _ id: GrantID, wait: Duration, _ body: @Sendable () async throws -> R
    ) async throws -> R {
        if let lockClock {
            try await lockClock.sleep(for: wait)
            throw OAuthError(.lockTimeout, "Locked.")
        }
        if let lockHolder {
            change(id, lockHolder)
            throw OAuthError(.lockTimeout, "Locked.")
        }
        while held.contains(id) {
            await withCheckedContinuation { lockWaiters.append((id, $0)) }
        }
        held.insert(id)
        defer {
            held.remove(id)
            if let index = lockWaiters.firstIndex(where: { $0.0 == id }) { lockWaiters.remove(at: index).1.resume() }
        }
        return try await body()
    }

    func claim(_ id: GrantID) async -> GrantClaim? {
        guard claims.enter(id) else { return nil }
        let claims = claims
        return GrantClaim { claims.leave(id) }
    }

    func recordIntent(
        attempt: Int, startedAt: Date, deadline: Date, narrowing: TokenNarrowing?, evidence: String?,
        for snapshot: GrantSnapshot
    ) async throws -> GrantSnapshot {
        var grant = try presentable(snapshot)
        grant.intent = RefreshIntent(
            tokenFingerprint: [1], attempt: attempt, startedAt: startedAt, deadline: deadline,
            narrowing: narrowing)
        grant.state = .refreshing
        recordDelay?()
        return write(grant, "intent \(attempt)\(evidence.map { ": \($0)" } ?? "")")
    }

    func beginInquiry(at date: Date, for snapshot: GrantSnapshot) async throws {
        _ = try presentable(snapshot)
        diary.append("inquiry")
    }

    func announce(_ narrowing: TokenNarrowing, at date: Date, for snapshot: GrantSnapshot) async throws {
        if try fenced(snapshot).isFrozen { throw OAuthError(.frozen, "Frozen.") }
        diary.append("announce \(narrowing.phrase)")
    }

    func commit(_ renewal: GrantRenewal, for snapshot: GrantSnapshot) async throws -> GrantSnapshot {
        var grant = try fenced(snapshot)
        if renewal.spendsPresentToken, let token = grant.refreshToken { spent[grant.id, default: []].append(token) }
        switch renewal.placement {
        case .aside: break
        case .alone: grant.refreshToken = renewal.tokens.refreshToken ?? grant.refreshToken
        case .narrowed(let token):
            grant.refreshToken = renewal.tokens.refreshToken ?? grant.refreshToken
            grant.narrowed.append(token)
        case .beside(let token): grant.narrowed.append(token)
        case .current:
            grant.narrowed = []
            grant.version += 1
            grant.accessToken = renewal.tokens.accessToken ?? grant.accessToken
            grant.refreshToken = renewal.tokens.refreshToken ?? grant.refreshToken
            grant.expiresAt = renewal.tokens.expiresAt
            grant.obtainedAt = renewal.obtainedAt
        }
        grant.state = renewal.state
        grant.refreshAt = renewal.refreshAt
        grant.failureCount = renewal.failureCount
        grant.coolDownUntil = renewal.coolDownUntil
        grant.lastError = renewal.lastError
        if !renewal.leavesIntent { grant.intent = nil }
        return write(grant, "commit \(renewal.placement.name)")
    }

    func settle(_ settlement: GrantSettlement, for snapshot: GrantSnapshot) async throws -> GrantSnapshot {
        var grant = try fenced(snapshot)
        if settlement.spendsPresentToken, let token = grant.refreshToken { spent[grant.id, default: []].append(token) }
        grant.state = settlement.state
        grant.intent = settlement.intent
        grant.failureCount = settlement.failureCount
        grant.coolDownUntil = settlement.coolDownUntil
        grant.lastError = settlement.lastError
        if let refused = settlement.refusedNarrowing { grant.narrowed.append(refused) }
        return write(grant, "settle \(settlement.state.rawValue)")
    }

    private func presentable(_ snapshot: GrantSnapshot) throws -> GrantSnapshot {
        if freezesAtRecord { change(snapshot.id) { $0.isFrozen = true } }
        let grant = try fenced(snapshot)
        if grant.isFrozen { throw OAuthError(.frozen, "Frozen.") }
        guard let token = grant.refreshToken, spent[grant.id]?.contains(token) != true else {
            throw OAuthError(.spent, "Spent.")
        }
        return grant
    }

    private func fenced(_ snapshot: GrantSnapshot) throws -> GrantSnapshot {
        guard let grant = grants[snapshot.id], grant.revision == snapshot.revision else {
            throw OAuthError(.superseded, "Superseded.")
        }
        return grant
    }

    private func write(_ grant: GrantSnapshot, _ entry: String) -> GrantSnapshot {
        var grant = grant
        grant.revision += 1
        grants[grant.id] = grant
        diary.append(entry)
        return grant
    }
}

extension GrantRenewal.Placement {
    /// The diary's word.
    fileprivate var name: String {
        switch self {
        case .current: "current"
        case .aside: "aside"
        case .alone: "alone"
        case .beside: "beside"
        case .narrowed: "narrowed"
        }
    }
}

/// Which grants somebody is about to refresh.
private final class ClaimBook: Sendable {
    private let ids = Mutex<Set<GrantID>>([])

    func enter(_ id: GrantID) -> Bool { ids.withLock { $0.insert(id).inserted } }
    func leave(_ id: GrantID) { ids.withLock { _ = $0.remove(id) } }
}
