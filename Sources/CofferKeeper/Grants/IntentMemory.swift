// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault
import Synchronization

/// The grants that this process has recorded an intent for and not ended yet.
final class IntentMemory: Sendable {
    private let pairs = Mutex<[GrantID: GrantPair]>([:])

    func remember(_ pair: GrantPair) { pairs.withLock { $0[GrantID(pair.entry.id.description)] = pair } }
    func forget(_ id: GrantID) { pairs.withLock { $0[id] = nil } }
    func pair(_ id: GrantID) -> GrantPair? { pairs.withLock { $0[id] } }
}
