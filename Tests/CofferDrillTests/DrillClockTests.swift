// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferDrill

/// Looked at by hand here: nothing depends on how long anything takes.
@Suite(.timeLimit(.minutes(1))) struct `A drill's clock` {
    /// Puts somebody to sleep; asleep when this returns.
    private static func sleeper(_ clock: DrillClock, _ duration: Duration) async -> Task<Void, any Error> {
        let before = clock.sleeperCount
        let task = Task { try await clock.sleep(for: duration) }
        while clock.sleeperCount == before { await Task.yield() }
        return task
    }

    /// Looks until somebody is woken.
    ///
    /// - Returns: how many looks that took, the last included, and how many were woken; nil if nobody was.
    private static func looks(_ clock: DrillClock, atMost most: Int) -> (count: Int, woken: Int)? {
        for count in 1...most {
            let woken = clock.awake()
            guard woken.isEmpty else {
                for sleeper in woken { sleeper.continuation.resume() }
                return (count, woken.count)
            }
        }
        return nil
    }

    @Test func `jumps to the first who sleeps once nobody has stirred for so many looks`() async throws {
        let clock = DrillClock()
        let (late, early) = (await Self.sleeper(clock, .seconds(20)), await Self.sleeper(clock, .seconds(10)))
        let first = try #require(Self.looks(clock, atMost: 200))
        // One look finds that somebody lay down; ten seconds are worth a hundred, less what has passed of them since.
        #expect(first.woken == 1 && (20...101).contains(first.count), "\(first)")
        try await early.value
        #expect(clock.now.offset >= .seconds(10) && clock.now.offset < .seconds(20))
        let second = try #require(Self.looks(clock, atMost: 200))
        #expect(second.woken == 1)
        try await late.value
        #expect(clock.now.offset >= .seconds(20))
        #expect(clock.skipped > .zero && clock.skipped <= .seconds(20))
    }

    @Test func `passes nothing over while a request is under way, however long nobody stirs`() async throws {
        let clock = DrillClock()
        let sleeper = await Self.sleeper(clock, .seconds(10))
        await clock.outside { #expect(Self.looks(clock, atMost: 5_000) == nil) }
        #expect(clock.skipped == .zero)
        #expect(Self.looks(clock, atMost: 200) != nil)
        try await sleeper.value
    }

    @Test func `begins its looks anew when somebody lies down`() async throws {
        let clock = DrillClock()
        // A jump over them needs as many looks as any does, also when some seconds of them have passed.
        let first = await Self.sleeper(clock, .seconds(130))
        #expect(Self.looks(clock, atMost: 900) == nil)
        let second = await Self.sleeper(clock, .seconds(300))
        #expect(Self.looks(clock, atMost: 900) == nil)
        #expect(Self.looks(clock, atMost: 200)?.woken == 1)
        try await first.value
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        #expect(clock.sleeperCount == 0)
    }

    @Test func `needs more looks for a longer jump, and never more than a thousand`() {
        #expect(DrillClock.looks(before: .milliseconds(1)) == 8)
        #expect(DrillClock.looks(before: .milliseconds(143)) == 8)
        #expect(DrillClock.looks(before: .seconds(35)) == 350)
        #expect(DrillClock.looks(before: .seconds(86_400)) == 1_000)
    }

    @Test func `goes by itself while a body runs, and wakes whoever is left at its end`() async throws {
        let clock = DrillClock()
        let left = try await clock.running {
            try await clock.sleep(for: .seconds(5))
            return await Self.sleeper(clock, .seconds(1_000_000))
        }
        await #expect(throws: CancellationError.self) { try await left.value }
        await #expect(throws: CancellationError.self) { try await clock.sleep(for: .seconds(1)) }
        #expect(clock.now.offset >= .seconds(5))
    }
}
