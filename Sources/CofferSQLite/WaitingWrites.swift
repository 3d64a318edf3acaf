// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The synced writes that came while the store was busy, in their order: one sync serves all of them.
final class WaitingWrites: Sendable {
    private let writes = Mutex<[any GroupedWrite]>([])

    /// How many wait.
    var count: Int { writes.withLock(\.count) }

    /// Adds one.
    ///
    /// - Returns: whether nobody waited; then somebody has to be sent to take what waits.
    func isFirst(_ write: any GroupedWrite) -> Bool {
        writes.withLock { writes in
            writes.append(write)
            return writes.count == 1
        }
    }

    /// Takes all that wait.
    func take() -> [any GroupedWrite] {
        writes.withLock { writes in
            defer { writes = [] }
            return writes
        }
    }
}
