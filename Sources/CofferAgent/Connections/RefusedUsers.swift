// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The users whose processes were refused, so that each is told of once; the first 64 of them.
package final class RefusedUsers: Sendable {
    private static let capacity = 64

    private let known = Mutex<Set<UInt32?>>([])

    /// Nobody was refused yet.
    package init() {}

    /// Whether a user was not refused before, and is to be told of.
    package func isNew(_ user: UInt32?) -> Bool {
        known.withLock { $0.count < Self.capacity && $0.insert(user).inserted }
    }
}
