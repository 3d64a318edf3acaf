// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How late this process comes to places that it has waited for, where that lasts.
///
/// A busy machine, or one that saves power, wakes a process later than it asked. Without this it would miss each place, use up
/// one after the other, and never go.
final class PaceLateness: Sendable {
    private let last = Mutex((before: Duration.zero, now: Duration.zero))

    /// By how much at least both of the last two came late: what happens once, as when the machine slept, does not last.
    var lasting: Duration { last.withLock { min($0.before, $0.now) } }

    /// Hears how late somebody came.
    func was(_ duration: Duration) { last.withLock { $0 = ($0.now, duration) } }
}
