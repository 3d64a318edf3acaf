// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How long nobody tries to connect again to what could not be reached: twice as long after each failure, up to 2 s.
///
/// Who asks meanwhile is told at once. All agents of a fleet meet the same server, which has better to do while it comes back.
struct Backoff {
    private static let first = Duration.milliseconds(50)
    private static let longest = Duration.seconds(2)

    private var pause = Duration.zero
    private var end: ContinuousClock.Instant?

    /// Whether it is too early to try.
    func isPausing(at now: ContinuousClock.Instant = .now) -> Bool { end.map { now < $0 } ?? false }

    /// Counts a failure.
    ///
    /// - Parameters:
    ///   - now: When it failed.
    ///   - share: How much of the pause is waited for, from a half to the whole: agents that failed together come back one by one.
    mutating func fail(at now: ContinuousClock.Instant = .now, share: Double = .random(in: 0.5...1)) {
        pause = pause == .zero ? Self.first : min(pause * 2, Self.longest)
        end = now.advanced(by: pause * share)
    }

    /// Begins anew.
    mutating func succeed() { self = Backoff() }
}
