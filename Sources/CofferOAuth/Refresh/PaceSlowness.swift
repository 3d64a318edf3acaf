// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a provider's "too many requests" (429, RFC 6585 §4) makes of its pace, for a while: pure arithmetic.
///
/// In the field others share a limit that is ours alone on paper, so a refusal although we kept to it means that we have
/// less of it.
package struct PaceSlowness: Sendable, Equatable {
    /// Nothing was refused.
    package static let none = PaceSlowness(until: .zero, halvings: 0)

    /// For how long after the last refusal: 60 s.
    package static let length = Duration.seconds(60)

    /// Refusals that come so soon after one another are one, since they were on their way together: 5 s.
    private static let grouping = Duration.seconds(5)

    /// To an eighth at the slowest.
    private static let mostHalvings = 3

    /// When the pace is the old one again.
    package let until: Duration

    /// How often it is halved until then: 1 to 3.
    package let halvings: Int

    /// Puts it together, as it was kept.
    package init(until: Duration, halvings: Int) {
        self.until = until
        self.halvings = min(max(halvings, 0), Self.mostHalvings)
    }

    /// Whether it holds.
    package func isInForce(at now: Duration) -> Bool { halvings > 0 && now < until && until <= now + Self.length }

    /// How much further apart requests are.
    package func factor(at now: Duration) -> Int { isInForce(at: now) ? 1 << halvings : 1 }

    /// What one more refusal makes of it.
    package func refused(at now: Duration) -> PaceSlowness {
        guard isInForce(at: now) else { return PaceSlowness(until: now + Self.length, halvings: 1) }
        let isSameGroup = now - (until - Self.length) < Self.grouping
        // The group's first sets the time, or a storm of refusals would be one group without an end.
        return isSameGroup ? self : PaceSlowness(until: now + Self.length, halvings: halvings + 1)
    }
}
