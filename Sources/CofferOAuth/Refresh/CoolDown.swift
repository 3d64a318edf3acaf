// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How long nothing is sent after a failure: pure arithmetic.
package enum CoolDown {
    /// The first cool-down at its longest: 30 s (`contracts.md`).
    private static let first = Duration.seconds(30)

    /// No cool-down of our own is longer: 10 min (`contracts.md`).
    package static let longest = Duration.seconds(600)

    /// A server's `Retry-After` is honoured up to 1 h.
    ///
    /// Longer than our own longest, since asking earlier than told is what gets apps blocked; capped,
    /// since one absurd answer (a year, a date of another century) must not end an account.
    package static let longestRetryAfter = Duration.seconds(3600)

    /// The cool-down after a failure.
    ///
    /// - Parameters:
    ///   - failureCount: failures in a row, this one included.
    ///   - retryAfter: what the server asked for (RFC 9110 §10.2.3), if anything.
    ///   - random: 0 ..< 1; full jitter, so a thousand connections that failed together do not return together.
    /// - Returns: the server's wish, capped, or 30 s doubled with each failure up to 10 min, times `random`;
    ///   at least 1 s.
    package static func duration(failureCount: Int, retryAfter: Duration?, random: Double) -> Duration {
        if let retryAfter, retryAfter > .zero { return min(max(retryAfter, .seconds(1)), longestRetryAfter) }
        let doublings = min(max(failureCount - 1, 0), 5)
        let ceiling = min(first * (1 << doublings), longest)
        return max(ceiling * min(max(random, 0), 1), .seconds(1))
    }
}
