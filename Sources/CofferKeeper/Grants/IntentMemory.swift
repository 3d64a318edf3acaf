// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault
import Synchronization

/// The grants that this process has recorded an intent for and not ended yet.
final class IntentMemory: Sendable {
    private struct Recorded {
        let pair: GrantPair
        let age: @Sendable () -> Duration
    }

    private let recorded = Mutex<[GrantID: Recorded]>([:])

    /// Keeps a grant as it was when its intent was recorded, and what says how long ago that is.
    func remember(_ pair: GrantPair, age: @escaping @Sendable () -> Duration) {
        recorded.withLock { $0[GrantID(pair.entry.id.description)] = Recorded(pair: pair, age: age) }
    }

    func forget(_ id: GrantID) { recorded.withLock { $0[id] = nil } }

    func pair(_ id: GrantID) -> GrantPair? { recorded.withLock { $0[id]?.pair } }

    /// How long ago the intent was recorded.
    func age(of id: GrantID) -> (@Sendable () -> Duration)? { recorded.withLock { $0[id]?.age } }
}
