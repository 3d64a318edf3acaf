// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that goes as any other while somebody works, and passes over the time in which everybody waits.
///
/// What a rotation does, it does in real time; what it waits for, the provider's pace above all, takes none. So the times of a
/// report are those of a machine as fast as this one that had waited.
///
/// That everybody waits can't be known from outside, only guessed: no request is under way and nothing is read or written, and so
/// many looks, a millisecond apart, have found no one who lay down or got up. The further the jump, the more looks: a deadline that is to end somebody
/// else's work must not come true because a busy machine let that work wait. Nor because it stood still: that is no time either.
package final class DrillClock: Clock {
    /// A moment of this clock.
    package struct Instant: InstantProtocol {
        /// How long after the beginning.
        package let offset: Duration

        /// A later moment.
        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        /// How long from here to another moment.
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        /// Whether one moment is before another.
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    /// Somebody who sleeps.
    struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var skipped = Duration.zero
        /// The real time at the last reading.
        var read = Duration.zero
        /// How much of it the process stood still for.
        var missed = Duration.zero
        var sleepers: [Int: Sleeper] = [:]
        /// Whose task was cancelled before it lay down.
        var cancelled: Set<Int> = []
        var numbers = 0
        /// Requests, and what is read or written.
        var works = 0
        /// Whether anybody stirred since the last look.
        var hasStirred = false
        /// How many looks in a row found nobody who did.
        var quietLooks = 0
        var hasEnded = false
    }

    /// How far two looks are apart: 1 ms.
    private static let pause = Duration.milliseconds(1)

    /// The fewest quiet looks before a jump: eight, longer than what is between two pieces of work.
    private static let fewestLooks = 8

    /// The most: a thousand, one second at least.
    private static let mostLooks = 1_000

    /// One look more for each so long part of a jump: 100 ms, so that 35 s, after which a request is given up, take 350.
    private static let lookWorth = Duration.milliseconds(100)

    /// How much time goes by at most between two readings, of which each look is one: 1 s.
    private static let longestStep = Duration.seconds(1)

    private let beginning = ContinuousClock().now
    private let state = Mutex(State())

    /// Starts.
    package init() {}

    package var now: Instant { state.withLock { instant(&$0) } }
    package var minimumResolution: Duration { .nanoseconds(1) }

    /// How much was passed over so far.
    package var skipped: Duration { state.withLock { $0.skipped } }

    /// How many sleep.
    var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    private func instant(_ state: inout State) -> Instant {
        let real = beginning.duration(to: ContinuousClock().now)
        state.missed += max(real - state.read - Self.longestStep, .zero)
        state.read = real
        return Instant(offset: real - state.missed + state.skipped)
    }

    /// Runs a body while time goes on; whoever still sleeps at its end is woken with a `CancellationError`.
    package func running<R>(_ body: () async throws -> R) async rethrows -> R {
        let looks = Task { await look() }
        defer {
            looks.cancel()
            end()
        }
        return try await body()
    }

    /// Lets nothing be passed over while a body runs: it waits for somebody outside, a server or a disk.
    package func outside<R>(_ body: () async throws -> R) async rethrows -> R {
        state.withLock { state in
            state.works += 1
            state.hasStirred = true
        }
        defer {
            state.withLock { state in
                state.works -= 1
                state.hasStirred = true
            }
        }
        return try await body()
    }

    // MARK: - Sleeping

    package func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.numbers += 1
            return state.numbers
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { lieDown(number, deadline, $0) }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.hasStirred = true
                let sleeper = state.sleepers.removeValue(forKey: number)
                if sleeper == nil { state.cancelled.insert(number) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        state.withLock { _ = $0.cancelled.remove(number) }
    }

    private func lieDown(_ number: Int, _ deadline: Instant, _ continuation: CheckedContinuation<Void, any Error>) {
        let result: Result<Void, any Error>? = state.withLock { state in
            state.hasStirred = true
            if state.cancelled.remove(number) != nil || state.hasEnded { return .failure(CancellationError()) }
            if deadline <= instant(&state) { return .success(()) }
            state.sleepers[number] = Sleeper(deadline: deadline, continuation: continuation)
            return nil
        }
        if let result { continuation.resume(with: result) }
    }

    private func end() {
        let left = state.withLock { state in
            defer { state.sleepers = [:] }
            state.hasEnded = true
            return Array(state.sleepers.values)
        }
        for sleeper in left { sleeper.continuation.resume(throwing: CancellationError()) }
    }

    // MARK: - Waking

    private func look() async {
        let clock = ContinuousClock()
        while (try? await clock.sleep(for: Self.pause, tolerance: .zero)) != nil {
            for sleeper in awake() { sleeper.continuation.resume() }
        }
    }

    /// Takes out whose time has come, by itself or by a jump to the first of them.
    func awake() -> [Sleeper] {
        state.withLock { state in
            guard let first = state.sleepers.values.map(\.deadline).min() else { return [] }
            let now = instant(&state)
            if now < first {
                guard !state.hasStirred, state.works == 0 else {
                    state.hasStirred = false
                    state.quietLooks = 0
                    return []
                }
                let rest = now.duration(to: first)
                state.quietLooks += 1
                guard state.quietLooks >= Self.looks(before: rest) else { return [] }
                state.skipped += rest
            }
            state.hasStirred = true
            let due = state.sleepers.filter { $0.value.deadline <= first || $0.value.deadline <= now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value)
        }
    }

    /// How many quiet looks a jump needs.
    static func looks(before jump: Duration) -> Int {
        min(mostLooks, max(fewestLooks, Int(jump / lookWorth)))
    }
}
