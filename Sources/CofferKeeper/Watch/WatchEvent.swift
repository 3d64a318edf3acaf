// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// What happens while connections are being watched.
package enum WatchEvent: Sendable {
    /// A refresh has ended; one that only says again what the one before said is not told.
    case ended(RefreshLine)
    /// How much there is to do: under way, due and waiting for their turn, and when the next will be due.
    case load(running: Int, waiting: Int, nextDue: Date?)
    /// The wall clock was set by so many seconds.
    case clockSet(seconds: Double)
    /// The vault could not be read; it is tried again.
    case trouble(any Error)
}
