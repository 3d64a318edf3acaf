// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that stands still until somebody sleeps, who is then where they wanted to be; others act meanwhile.
final class NappingClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state = Mutex((now: Instant(offset: .zero), naps: 0))
    private let onNap: @Sendable (Int) async throws -> Void

    /// - Parameter onNap: Runs at each nap, told its number from 1.
    init(onNap: @escaping @Sendable (Int) async throws -> Void = { _ in }) {
        self.onNap = onNap
    }

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }
    var naps: Int { state.withLock { $0.naps } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let nap = state.withLock { state in
            state.now = max(state.now, deadline)
            state.naps += 1
            return state.naps
        }
        try await onNap(nap)
    }
}
