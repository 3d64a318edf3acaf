// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a running rotation tells whoever watches.
package enum RotationProgress: Sendable {
    /// An action is about to be performed.
    case beginning(RotationAction)

    /// An event is durable; how many of the connections have been handled by now.
    case recorded(JournalEvent, done: Int, of: Int)
}
