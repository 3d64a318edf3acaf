// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A clock whose time moves only when a test says so.
///
/// It is both a `Clock`, for what sleeps, and a source of dates, for what expires; both move
/// together.
///
/// ```swift
/// let clock = ManualClock()
/// let provider = CachingCredentialProvider(upstream, now: { clock.date })
/// clock.advance(by: .seconds(61))
/// ```
public final class ManualClock: Clock {
    /// A moment, told by its distance from the beginning.
    public struct Instant: InstantProtocol {
        /// The distance from the moment the clock was made.
        public let offset: Duration

        /// A moment at a distance from the beginning.
        public init(offset: Duration) { self.offset = offset }

        /// The moment later by a duration.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

        /// How long it is from this moment to another.
        public func duration(to other: Instant) -> Duration { other.offset - offset }

        /// Orders moments in time.
        public static func < (lhs: Instant, rhs: Instant) -> Bool { lhs.offset < rhs.offset }
    }

    /// One who sleeps.
    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    /// Everything that changes.
    private struct State {
        var now = Instant(offset: .zero)
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var numbers = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// The date at the beginning.
    private let start: Date

    /// Everything that changes.
    private let state = Mutex(State())

    /// Makes a clock that stands still.
    ///
    /// - Parameter start: the date at the beginning; 14 November 2023, 22:13:20 UTC, unless told.
    public init(start: Date = Date(timeIntervalSince1970: 1_700_000_000)) {
        self.start = start
    }

    /// The moment it is.
    public var now: Instant { state.withLock { $0.now } }

    /// The smallest step: one attosecond, as `Duration` has it.
    public var minimumResolution: Duration { Duration(secondsComponent: 0, attosecondsComponent: 1) }

    /// The date it is.
    public var date: Date { start.addingTimeInterval(now.offset / .seconds(1)) }

    /// The moments until which somebody sleeps, the earliest first.
    ///
    /// That a task goes on waiting is seen here: it has no chance to run between a step of the clock and a look at what it
    /// did not do.
    public var deadlines: [Instant] { state.withLock { $0.sleepers.values.map(\.deadline).sorted() } }

    /// Moves the time and wakes whoever has slept long enough, the earliest first.
    ///
    /// - Parameter duration: how far; negative to set the clock back, which wakes nobody.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let now = state.now
            let due = state.sleepers.filter { $0.value.deadline <= now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Waits until a number of tasks sleep on this clock at once.
    public func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isEnough = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isEnough { continuation.resume() }
        }
    }

    /// Sleeps until the time has been moved to a moment.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.numbers += 1
            return state.numbers
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { lieDown(number, deadline, $0) }
        } onCancel: {
            cancel(number)
        }
    }

    /// Puts one to sleep, unless the moment has passed or the task was cancelled meanwhile.
    private func lieDown(_ number: Int, _ deadline: Instant, _ continuation: CheckedContinuation<Void, any Error>) {
        let (result, watchers): (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) = state.withLock {
            state in
            if state.cancelled.remove(number) != nil { return (.failure(CancellationError()), []) }
            if deadline <= state.now { return (.success(()), []) }
            state.sleepers[number] = Sleeper(deadline: deadline, continuation: continuation)
            let count = state.sleepers.count
            let ready = state.watchers.filter { $0.count <= count }
            state.watchers.removeAll { $0.count <= count }
            return (nil, ready.map(\.continuation))
        }
        if let result { continuation.resume(with: result) }
        for watcher in watchers { watcher.resume() }
    }

    /// Wakes one whose task was cancelled, or notes that it must not lie down.
    private func cancel(_ number: Int) {
        let sleeper = state.withLock { state in
            let sleeper = state.sleepers.removeValue(forKey: number)
            if sleeper == nil { state.cancelled.insert(number) }
            return sleeper
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
