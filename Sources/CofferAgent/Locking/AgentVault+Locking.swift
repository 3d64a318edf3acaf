// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How the vault is locked: all that holds a key is ended, waited for and let go of.
extension AgentVault {
    /// Ends all work, waits for requests that were sent, and lets go of every key; when this returns that is done.
    ///
    /// An opening that is under way comes too late, and what it has read is let go of as well.
    package func lock() async {
        let locking = state.withLock { state -> Task<Void, Never>? in beginLocking(&state) }
        await locking?.value
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isWaiting = state.withLock { $0.turn.wait(waiter) }
            if !isWaiting { waiter.resume() }
        }
    }

    /// Has something done whenever it is locked, before anything is waited for; one such thing.
    func whenLocking(_ ending: @escaping @Sendable () -> Void) {
        state.withLock { $0.ending = ending }
    }

    /// Locks it for good; the process ends, so that nobody waits for an opening.
    func end() async {
        let locking = state.withLock { state -> Task<Void, Never>? in
            state.hasEnded = true
            return beginLocking(&state)
        }
        await locking?.value
    }

    /// Locks it once nothing was handed out for as long as it may be, or waits for at most as long.
    ///
    /// - Throws: `CancellationError`.
    func lockWhenIdle(_ limit: Duration) async throws {
        let now = elapsed()
        let rest = state.withLock { state -> Duration in
            guard state.keeper != nil else { return limit }
            return state.idle.rest(at: now) ?? limit
        }
        if rest == .zero { await lock() } else { try await clock.sleep(for: rest) }
    }

    /// Has what is under way ended; what is to be waited for is nil if it is locked already.
    @discardableResult
    func beginLocking(_ state: inout VaultHold) -> Task<Void, Never>? {
        state.beginLocking { retiring in Task { await self.letGo(of: retiring) } }
    }

    private func letGo(of retiring: RetiringKeeper) async {
        state.withLock { $0.ending }?()
        await retiring.interrupt()
        let hasEnded = state.withLock { state in
            state.didLock()
            return state.hasEnded
        }
        if !hasEnded { changed(true) }
    }
}
