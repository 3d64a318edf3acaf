// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

/// What the agent holds of its vault: a keeper or none, and what was begun with it.
///
/// A value: each of its changes is made whole, under one lock, and what is to be waited for is waited for outside of that.
struct VaultHold {
    private enum Phase {
        case locked
        case unlocked(Keeper)
        /// Work is being ended, and what was sent waited for.
        case locking(Task<Void, Never>)
    }

    private var phase: Phase
    private var retiring: Task<Void, Never>?
    /// What is known whether it is locked or not.
    private(set) var facts: VaultFacts
    /// How often it was locked, or opened anew with other rights: who began to unlock it before is too late.
    private(set) var lockCount = 0
    /// Whether it is locked for good.
    var hasEnded = false
    /// The work that is under way.
    var work = WorkLedger()
    /// How long nothing was handed out.
    var idle: IdleBound
    /// Who opens it.
    var turn = OpeningTurn()
    /// What is done first when it is locked.
    var ending: (@Sendable () -> Void)?

    /// Begins with a keeper, or locked without one.
    init(_ keeper: Keeper?, _ facts: VaultFacts, idle: IdleBound) {
        if let keeper { phase = .unlocked(keeper) } else { phase = .locked }
        self.facts = facts
        self.idle = idle
    }

    /// What is worked with; nil while nothing can be handed out.
    var keeper: Keeper? { if case .unlocked(let keeper) = phase { keeper } else { nil } }

    /// What is waited for until it is locked; nil if it is, or is open.
    var locking: Task<Void, Never>? { if case .locking(let task) = phase { task } else { nil } }

    /// Locks it, if it is open: has what is under way ended.
    ///
    /// - Parameter lettingGo: Begins to let go of the keeper; told by ``didLock()`` when that is done.
    /// - Returns: what is to be waited for; nil if it is locked already.
    mutating func beginLocking(_ lettingGo: (RetiringKeeper) -> Task<Void, Never>) -> Task<Void, Never>? {
        lockCount += 1
        guard let keeper else { return locking }
        let task = lettingGo(RetiringKeeper(keeper, work: work.takeAll(), before: retiring))
        (phase, retiring) = (.locking(task), nil)
        return task
    }

    /// The keeper is gone.
    mutating func didLock() { phase = .locked }

    /// Takes a keeper while it is locked.
    ///
    /// - Parameters:
    ///   - keeper: What was opened.
    ///   - lockCount: How often it had been locked when that began.
    ///   - now: The time that idleness is measured from.
    /// - Throws: ``CredentialError`` `locked` if it was locked meanwhile; `misconfigured` for another vault.
    mutating func unlock(with keeper: Keeper, begunAt lockCount: Int, at now: Duration) throws(CredentialError) {
        try confirm(keeper, begunAt: lockCount)
        phase = .unlocked(keeper)
        idle.begin(at: now)
    }

    /// Goes on with another keeper; requests that are under way end as they began.
    ///
    /// - Throws: as ``unlock(with:begunAt:at:)``.
    mutating func exchange(for keeper: Keeper, begunAt lockCount: Int) throws(CredentialError) {
        let rights = facts.rights
        try confirm(keeper, begunAt: lockCount)
        if facts.rights != rights { self.lockCount += 1 }
        guard let old = self.keeper else { throw CredentialError.locked }
        let before = RetiringKeeper(old, work: work.takeStanding(), before: retiring)
        retiring = Task { await before.finish() }
        phase = .unlocked(keeper)
    }

    /// What was opened is taken only if nobody has locked the vault meanwhile, and if it is the same one.
    private mutating func confirm(_ keeper: Keeper, begunAt lockCount: Int) throws(CredentialError) {
        guard keeper.vaultID == facts.vaultID else {
            throw CredentialError(.misconfigured, message: "another vault lies there now; start the agent again")
        }
        guard self.lockCount == lockCount, !hasEnded else { throw CredentialError.locked }
        facts = VaultFacts(keeper)
    }
}
