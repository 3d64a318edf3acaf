// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

extension RefreshSchedule {
    /// A moment on both clocks.
    package struct Moment: Sendable, Equatable {
        /// How far apart the readings of two clocks may be: 1 s.
        private static let simultaneous = Duration.seconds(1)

        /// The wall clock, which may be set.
        package var date: Date
        /// The monotonic clock, from any fixed moment.
        package var elapsed: Duration

        /// Puts a moment together.
        package init(date: Date, elapsed: Duration) {
            self.date = date
            self.elapsed = elapsed
        }

        /// Reads both clocks, again where the process stood still in between: that would look like a clock that was set.
        package init(date: () -> Date, elapsed: () -> Duration) {
            var (before, now) = (elapsed(), date())
            var after = elapsed()
            for _ in 0..<8 where after - before > Self.simultaneous {
                (before, now) = (after, date())
                after = elapsed()
            }
            self.init(date: now, elapsed: after)
        }
    }
}
