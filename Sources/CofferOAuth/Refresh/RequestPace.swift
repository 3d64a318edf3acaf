// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How far apart requests under one rate limit are: pure arithmetic (the generic cell rate algorithm).
///
/// Each request moves the moment at which the bucket is full again by `interval / amount`; a request
/// waits until that moment is no further away than `burst` allows.
struct RequestPace: Sendable, Equatable {
    private let step: Duration
    private let tolerance: Duration
    private var fullAt = Duration.zero

    /// A pace with nothing spent yet; a limit that says nothing sensible is taken as one at a time.
    init(_ limit: RateLimit) {
        step = limit.interval / max(limit.amount, 1)
        tolerance = step * max(limit.burst - 1, 0)
    }

    /// Takes the next place.
    ///
    /// - Parameter now: monotonic time since any fixed moment.
    /// - Returns: how long to wait before the request.
    mutating func reserve(at now: Duration) -> Duration {
        let base = max(fullAt, now)
        fullAt = base + step
        return max(base - tolerance - now, .zero)
    }
}
