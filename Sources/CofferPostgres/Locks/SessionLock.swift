// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// A held lock; it is given back with its last reference.
final class SessionLock: StoreLock {
    private let session: LockSession
    private let key: Int64
    private let connection: Int
    private let isReleased = Atomic(false)
    let clockOffset: Duration

    init(_ session: LockSession, key: Int64, connection: Int, clockOffset: Duration) {
        self.session = session
        self.key = key
        self.connection = connection
        self.clockOffset = clockOffset
    }

    deinit { release() }

    /// Whether nobody else can have the lock: false once its session is lost, and from then on.
    func isHeld() async -> Bool {
        guard !isReleased.load(ordering: .acquiring) else { return false }
        return await session.isHeld(key, connection: connection)
    }

    func release() {
        guard !isReleased.exchange(true, ordering: .acquiringAndReleasing) else { return }
        session.release(key, connection: connection)
    }
}
