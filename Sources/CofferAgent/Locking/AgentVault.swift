// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferKeeper
import Synchronization

/// The vault as the agent has it: unlocked, with every key in memory, or locked, with none.
///
/// All work with the keeper is done in ``use(_:_:)``, so that locking can end it and let go of the last reference; the keys'
/// memory is wiped when that is gone (`SecretMemory`).
package final class AgentVault: Sendable {
    let opening: KeeperOpening
    let clock: any Clock<Duration>
    /// How long there has been this vault; that is never set, and goes on while the machine sleeps.
    let elapsed: @Sendable () -> Duration
    let changed: @Sendable (_ isLocked: Bool) -> Void
    let state: Mutex<VaultHold>
    let announcer: AsyncStream<Void>.Continuation
    /// An element each time it was unlocked, for one listener; it may be locked again by then.
    let unlocks: AsyncStream<Void>

    /// Opens the vault; whoever must be asked for something is asked.
    ///
    /// Where it begins locked, nobody is, and only the vault's id is read.
    ///
    /// - Parameters:
    ///   - opening: How it is opened, now and later.
    ///   - beginsLocked: Whether it is opened only when somebody unlocks it.
    ///   - lockAfter: For how long nothing may be handed out until it is locked; nil for ever.
    ///   - clock: What that is measured with.
    ///   - changed: Hears that it was locked or unlocked.
    /// - Throws: what opening throws.
    package init(
        _ opening: KeeperOpening, beginsLocked: Bool = false, lockAfter: Duration? = nil,
        clock: any Clock<Duration> = ContinuousClock(),
        changed: @escaping @Sendable (_ isLocked: Bool) -> Void
    ) async throws {
        let keeper: Keeper?
        let facts: VaultFacts
        if beginsLocked {
            keeper = nil
            facts = VaultFacts(vaultID: try await opening.claimedVaultID())
        } else {
            let opened = try await opening.open()
            keeper = opened
            facts = VaultFacts(opened)
        }
        self.opening = opening
        self.clock = clock
        self.changed = changed
        let elapsed = clock.stopwatch()
        self.elapsed = elapsed
        state = Mutex(VaultHold(keeper, facts, idle: IdleBound(lockAfter, at: elapsed())))
        (unlocks, announcer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        if !beginsLocked { announcer.yield() }
    }

    /// What is known of it.
    var facts: VaultFacts { state.withLock { $0.facts } }
    /// Whether nothing can be handed out.
    var isLocked: Bool { state.withLock { $0.keeper == nil } }
    /// How often it was locked, or opened anew with other rights: what was granted before then is void.
    var lockCount: Int { state.withLock { $0.lockCount } }
    /// For how long nothing may be handed out until it is locked.
    var lockAfter: Duration? { state.withLock { $0.idle.limit } }
    /// Whether somebody opens it.
    var isOpening: Bool { state.withLock { $0.turn.isTaken } }
    /// What unlocking it takes.
    var need: KeeperOpening.Need { opening.need }

    /// Works with the keeper, which must not leave the body.
    ///
    /// - Parameters:
    ///   - purpose: What for.
    ///   - body: The work; cancelled when the vault is locked, what stands also when it is opened anew.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws; ``CredentialError`` `locked` if the vault is locked, or was locked meanwhile.
    package func use<R: Sendable>(
        _ purpose: WorkPurpose = .question, _ body: @escaping @Sendable (Keeper) async throws -> R
    ) async throws -> R {
        let now = elapsed()
        let (number, task) = try state.withLock { state throws -> (Int, Task<R, any Error>) in
            let keeper = try unlocked(&state, at: now)
            let task = Task { try await body(keeper) }
            let number = state.work.begin(task, for: purpose)
            if purpose == .handOut { state.idle.began() }
            return (number, task)
        }
        let result = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        let then = elapsed()
        let wasEnded = state.withLock { state in
            if purpose == .handOut {
                state.idle.ended()
                if case .success = result { state.idle.handedOut(at: then) }
            }
            return !state.work.end(number)
        }
        if wasEnded, case .failure = result { throw CredentialError.locked }
        return try result.get()
    }

    /// A token that was handed out before and may be again without reading anything: no task is begun for it.
    ///
    /// It is recalled under the lock that ``lock()`` takes first, so that afterwards nobody has the keeper: that waits for what is in the
    /// ledger, where this is not. What goes to a ticket is no use that keeps the vault open.
    ///
    /// - Throws: ``CredentialError`` `locked`.
    func recalledToken(for request: CredentialRequest, ticket: TicketID? = nil) throws -> Credential? {
        let now = elapsed()
        return try state.withLock { state throws -> Credential? in
            let credential = try unlocked(&state, at: now).recalledToken(for: request, ticket: ticket)
            if ticket == nil, credential != nil { state.idle.handedOut(at: now) }
            return credential
        }
    }

    private func unlocked(_ state: inout VaultHold, at now: Duration) throws -> Keeper {
        guard let keeper = state.keeper else { throw CredentialError.locked }
        // Timers stand still while the machine sleeps: whoever asks before they have caught up comes too late as well.
        guard state.idle.rest(at: now) != Duration.zero else {
            beginLocking(&state)
            throw CredentialError.locked
        }
        return keeper
    }
}
