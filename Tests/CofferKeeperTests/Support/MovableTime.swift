// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A wall clock that stands still until it is moved.
final class MovableTime: Sendable {
    private let value = Mutex(Date(timeIntervalSince1970: 1_790_000_000))

    var now: Date { value.withLock { $0 } }

    func advance(by seconds: TimeInterval) { value.withLock { $0 += seconds } }
}

/// A clock on which nobody sleeps for long: what waits up to half a minute (paces, polls, pauses) is not waited for,
/// longer waits are deadlines, which a test never reaches.
struct HastyClock: Clock {
    /// Hears of each wait.
    var onSleep: @Sendable () -> Void = {}

    var now: ContinuousClock.Instant { ContinuousClock.now }
    var minimumResolution: Duration { ContinuousClock().minimumResolution }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        onSleep()
        guard deadline - now > .seconds(31) else {
            try Task.checkCancellation()
            return await Task.yield()
        }
        try await ContinuousClock().sleep(until: deadline, tolerance: tolerance)
    }
}
