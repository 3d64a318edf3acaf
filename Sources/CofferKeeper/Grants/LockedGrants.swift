// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault
import Synchronization

/// The grants whose locks this process holds, as it has last read them.
///
/// What is written on top of one is compared with what lies there, so that it need not be read again for that.
final class LockedGrants: Sendable {
    private struct State {
        var locks: [GrantID: any StoreLock] = [:]
        var pairs: [GrantID: GrantPair] = [:]
    }

    private let state = Mutex(State())

    /// The lock was taken.
    func begin(_ id: GrantID, _ lock: any StoreLock) { state.withLock { $0.locks[id] = lock } }

    /// The lock is given back.
    func end(_ id: GrantID) {
        state.withLock { state in
            state.locks[id] = nil
            state.pairs[id] = nil
        }
    }

    /// Whether this process holds the lock, as far as it knows.
    func holds(_ id: GrantID) -> Bool { lock(of: id) != nil }

    /// Whether it holds the lock still: the store is asked.
    func holdsStill(_ id: GrantID) async -> Bool { await lock(of: id)?.isHeld() ?? false }

    /// How far the store's clock is ahead of this machine's, if the lock is held and they differ.
    func clockOffset(of id: GrantID) -> Duration { lock(of: id)?.clockOffset ?? .zero }

    private func lock(of id: GrantID) -> (any StoreLock)? { state.withLock { $0.locks[id] } }

    /// A grant was read; one that is not locked is not kept.
    func read(_ pair: GrantPair) {
        let id = GrantID(pair.entry.id.description)
        state.withLock { state in
            if state.locks[id] != nil { state.pairs[id] = pair }
        }
    }

    /// What a snapshot was made of, if it is still known.
    func source(of snapshot: GrantSnapshot) -> GrantPair? {
        guard let pair = state.withLock({ $0.pairs[snapshot.id] }), Int(pair.entry.version) == snapshot.revision,
            Int(pair.appEntry.version) == snapshot.appRevision
        else { return nil }
        return pair
    }
}
