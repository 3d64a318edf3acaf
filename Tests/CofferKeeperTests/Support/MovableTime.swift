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
///
/// Time goes on as it really does where somebody looks at it again and again. A machine that stands still takes none of
/// it: a wait would be over, or a request too late to be sent, before anything was tried.
final class HastyClock: Clock, Sendable {
    /// By how much it goes on at most from one look to the next: more than a busy machine takes between two polls.
    private static let longestStep = Duration.milliseconds(100)

    private let onSleep: @Sendable () -> Void
    /// The last look.
    private let last: Mutex<(real: ContinuousClock.Instant, told: ContinuousClock.Instant)>

    /// - Parameter onSleep: Hears of each wait.
    init(onSleep: @escaping @Sendable () -> Void = {}) {
        self.onSleep = onSleep
        let now = ContinuousClock.now
        last = Mutex((real: now, told: now))
    }

    var now: ContinuousClock.Instant {
        last.withLock { last in
            let real = ContinuousClock.now
            last.told = last.told.advanced(by: min(last.real.duration(to: real), Self.longestStep))
            last.real = real
            return last.told
        }
    }

    var minimumResolution: Duration { ContinuousClock().minimumResolution }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        onSleep()
        let rest = now.duration(to: deadline)
        guard rest > .seconds(31) else {
            try Task.checkCancellation()
            return await Task.yield()
        }
        try await ContinuousClock().sleep(for: rest, tolerance: tolerance)
    }
}
