// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The world as a client sees it beside the network: all of it replaceable.
struct APIClientEffects: Sendable {
    /// The monotonic clock that waits are made on.
    var clock: any Clock<Duration> = ContinuousClock()
    /// The wall clock, which dates in answers are compared with.
    var now: @Sendable () -> Date = { Date() }
    /// A number in 0 ..< 1 for jitter; nothing secret depends on it.
    var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
}
