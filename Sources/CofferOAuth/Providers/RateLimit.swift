// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How fast a provider may be called: a bucket of `burst` that refills by `amount` each `interval`.
package struct RateLimit: Sendable, Codable, Equatable {
    /// How many requests come back in one interval.
    package var amount: Int
    /// The interval.
    package var interval: Duration
    /// How many requests may be made at once.
    package var burst: Int

    /// States a limit.
    package init(amount: Int, interval: Duration, burst: Int) {
        self.amount = amount
        self.interval = interval
        self.burst = burst
    }
}
