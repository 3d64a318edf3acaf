// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that stands still until somebody sleeps, and then is where the sleeper wanted to be.
final class SteppingClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state: Mutex<(now: Instant, naps: [Duration])> = Mutex((Instant(offset: .zero), []))
    private let onSleep: @Sendable (Int) -> Void

    /// - Parameter onSleep: runs at each sleep, told how many there were before.
    init(onSleep: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.onSleep = onSleep
    }

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }
    /// How long each sleep was.
    var naps: [Duration] { state.withLock { $0.naps } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let count = state.withLock { state in
            state.naps.append(state.now.duration(to: deadline))
            state.now = max(state.now, deadline)
            return state.naps.count - 1
        }
        onSleep(count)
    }
}
