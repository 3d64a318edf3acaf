// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The strictest figures among those who use a bucket, for as long as they do: pure arithmetic.
///
/// An app keeps the description that it was added with, and others go by what is built in. A server knows one limit, and what one
/// of them takes the faster it takes from all, so that whoever states most strictly is believed by everybody.
package struct PaceFigures: Sendable, Equatable {
    /// Nobody has stated any.
    package static let none = PaceFigures(step: .zero, tolerance: .zero, until: .zero)

    /// For how long after a place was taken by whoever states them: 60 s, and two steps more, or a slow limit would be forgotten
    /// between its own requests.
    private static let length = Duration.seconds(60)

    /// What is not worth writing down again: 1 s.
    private static let grain = Duration.seconds(1)

    /// How far apart requests are.
    package let step: Duration
    /// How far ahead of that they may come.
    package let tolerance: Duration
    /// When they are forgotten, unless they are stated again.
    package let until: Duration

    /// Puts them together, as they were kept.
    package init(step: Duration, tolerance: Duration, until: Duration) {
        self.step = step
        self.tolerance = tolerance
        self.until = until
    }

    /// Whether they hold.
    package func isInForce(at now: Duration) -> Bool { until > now && until <= Self.end(step, at: now) }

    /// What they are once somebody has taken a place.
    package func used(by pace: RequestPace, at now: Duration) -> PaceFigures {
        guard pace.isStated else { return self }
        guard isInForce(at: now) else {
            return PaceFigures(step: pace.step, tolerance: pace.tolerance, until: Self.end(pace.step, at: now))
        }
        let (slower, smaller) = (max(step, pace.step), min(tolerance, pace.tolerance))
        // What lies in a file is a whole number of nanoseconds.
        let states = pace.step + .nanoseconds(1) > step && pace.tolerance <= tolerance
        guard states || slower > step || smaller < tolerance else { return self }
        let end = Self.end(slower, at: now)
        if slower == step, smaller == tolerance, end - until < Self.grain { return self }
        return PaceFigures(step: slower, tolerance: smaller, until: end)
    }

    /// How far ahead a bucket may be used for which they are the strictest.
    package var reach: Duration { tolerance + step * 8 + RequestPace.longestAhead }

    private static func end(_ step: Duration, at now: Duration) -> Duration { now + length + step * 2 }
}
