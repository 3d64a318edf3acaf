// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The order of what is due: the longest overdue first, and among those that are about as long a random one.
///
/// Processes that find the same list would begin it at the same end, and each would come to what another is at.
package struct DueJitter: Sendable {
    /// What fell due within so much of one another is equally urgent: 60 s.
    private static let least = 60.0

    /// And what differs by so little of the time that it has been due: an eighth.
    private static let part = 0.125

    private let now: Date
    private let random: @Sendable () -> Double

    /// The jitter of one look.
    ///
    /// - Parameters:
    ///   - now: when it is looked.
    ///   - random: 0 ..< 1.
    package init(at now: Date, random: @escaping @Sendable () -> Double) {
        self.now = now
        self.random = random
    }

    /// By what something is sorted that has been due since a moment: that moment or a little later.
    package func rank(_ dueAt: Date) -> Date {
        let spread = max(Self.least, now.timeIntervalSince(dueAt) * Self.part)
        return dueAt.addingTimeInterval(spread * random())
    }
}
