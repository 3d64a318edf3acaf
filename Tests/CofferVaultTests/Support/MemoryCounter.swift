// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// A change counter in memory.
final class MemoryCounter: ChangeCounter {
    private let state = Atomic<UInt64>(0)
    private let wishesLeft = Atomic<UInt64>(0)

    func value() -> UInt64 { state.load(ordering: .sequentiallyConsistent) }
    func wishes() -> UInt64 { wishesLeft.load(ordering: .sequentiallyConsistent) }

    /// Called before and after a change.
    func step() { state.add(1, ordering: .sequentiallyConsistent) }
    /// Called after a wish.
    func stepWishes() { wishesLeft.add(1, ordering: .sequentiallyConsistent) }
}
