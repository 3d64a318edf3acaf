// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentialsTesting
import Foundation
import Testing

@Suite("ManualClock") struct ManualClockTests {
    private let clock = ManualClock()

    @Test func `time stands still until it is moved, and dates move with it`() {
        let (instant, date) = (clock.now, clock.date)
        #expect(clock.now == instant)
        clock.advance(by: .seconds(90))
        #expect(instant.duration(to: clock.now) == .seconds(90))
        #expect(clock.date.timeIntervalSince(date) == 90)
    }

    @Test func `who sleeps wakes when the time has come, and not before`() async throws {
        let sleeper = Task { [clock] in
            try await clock.sleep(for: .seconds(10))
            return clock.now
        }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(9))
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(1))
        #expect(try await sleeper.value == ManualClock.Instant(offset: .seconds(10)))
    }

    @Test func `a moment that has passed is not slept for`() async throws {
        clock.advance(by: .seconds(5))
        try await clock.sleep(until: ManualClock.Instant(offset: .seconds(5)), tolerance: nil)
    }

    @Test func `a sleeper that is cancelled wakes with a cancellation error`() async throws {
        let sleeper = Task { [clock] in try await clock.sleep(for: .seconds(10)) }
        await clock.waitForSleepers(1)
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }

    @Test func `who is cancelled before lying down does not sleep`() async throws {
        let sleeper = Task { [clock] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await clock.sleep(for: .seconds(10))
        }
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
}
