// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

extension RefreshSchedule {
    /// A grant that is due, or wished for.
    package struct Item: Sendable, Equatable {
        /// The grant and why.
        package let order: RefreshOrder
        /// Its provider.
        package let lane: String
        /// Since when, give or take what makes no difference (``DueJitter``).
        package let dueAt: Date

        /// Puts an item together.
        package init(_ order: RefreshOrder, lane: String, dueAt: Date) {
            self.order = order
            self.lane = lane
            self.dueAt = dueAt
        }
    }

    /// A grant that is left alone for a while.
    struct Rest: Sendable {
        let until: Duration
        /// Whether it came of a wish: one that came of what was merely due holds no wish back.
        let holdsWishes: Bool
    }

    /// What to do next.
    package enum Action: Sendable, Equatable {
        /// Look what is due.
        case scan
        /// Refresh these.
        case start([RefreshOrder])
        /// Nothing for so long, unless something ends.
        case wait(Duration)
    }
}

extension RefreshSchedule.Item {
    /// Sorts by what waits and since when; among equals the order is kept, backward.
    static func latestFirst(_ items: [Self]) -> [Self] {
        items.enumerated().sorted { left, right in
            let (leftIsDue, rightIsDue) = (left.element.order.demand == .due, right.element.order.demand == .due)
            guard leftIsDue == rightIsDue else { return leftIsDue }
            guard left.element.dueAt == right.element.dueAt else { return left.element.dueAt > right.element.dueAt }
            return left.offset > right.offset
        }.map(\.element)
    }
}
