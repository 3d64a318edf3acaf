// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The world as refreshing sees it: all of it replaceable.
package struct RefreshEffects: Sendable {
    /// The monotonic clock that waits are made on.
    package var clock: any Clock<Duration>
    /// The wall clock, which expiry is told by.
    package var now: @Sendable () -> Date
    /// A number in 0 ..< 1 for jitter; nothing secret depends on it.
    package var random: @Sendable () -> Double
    /// Who hears of it.
    package var observer: any RefreshObserver

    /// Takes the effects; the defaults are the real world.
    package init(
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Date = { Date() },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        observer: any RefreshObserver = SilentRefreshObserver()
    ) {
        self.clock = clock
        self.now = now
        self.random = random
        self.observer = observer
    }
}
