// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that goes on by itself as soon as everybody who could act sleeps on it.
///
/// Who could act, the test says: so many sleepers, not counting deadlines (longer sleeps than 31 s), which nobody reaches.
final class VirtualClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var sleepers: [Int: (deadline: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
        var numbers = 0
    }

    private static let deadline = Duration.seconds(31)
    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }

    /// Moves the time from sleeper to sleeper until nobody is left who could act.
    ///
    /// - Parameter actors: how many could act now; 0 ends it.
    func run(while actors: () async -> Int) async {
        while true {
            let count = await actors()
            if count == 0 { return }
            guard let woken = wake(ifAsleep: count) else {
                await Task.yield()
                continue
            }
            woken.resume()
        }
    }

    private func wake(ifAsleep count: Int) -> CheckedContinuation<Void, any Error>? {
        state.withLock { state in
            let now = state.now
            let short = state.sleepers.filter { $0.value.deadline.offset - now.offset <= Self.deadline }
            guard short.count >= count,
                let first = short.min(by: { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) })
            else { return nil }
            state.now = max(now, first.value.deadline)
            state.sleepers[first.key] = nil
            return first.value.continuation
        }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.numbers += 1
            return state.numbers
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { lieDown(number, deadline, $0) }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: number)
                if sleeper == nil { state.cancelled.insert(number) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func lieDown(_ number: Int, _ deadline: Instant, _ continuation: CheckedContinuation<Void, any Error>) {
        let result: Result<Void, any Error>? = state.withLock { state in
            if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
            if deadline <= state.now { return .success(()) }
            state.sleepers[number] = (deadline, continuation)
            return nil
        }
        if let result { continuation.resume(with: result) }
    }
}
