// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Times as people say them: `in 14 min`, `3 h ago`.
///
/// One unit, rounded down, so that nothing is said to last longer than it does.
enum RelativeTime {
    /// The units, the largest first, in seconds.
    ///
    /// Hours and days are used from two on, because `1 h` for 119 minutes would be too coarse.
    private static let units: [(name: String, seconds: Int, from: Int)] = [
        ("d", 86_400, 172_800), ("h", 3_600, 7_200), ("min", 60, 60), ("s", 1, 1),
    ]

    /// How far a moment lies from now.
    static func text(_ date: Date, now: Date) -> String {
        let seconds = date.timeIntervalSince(now)
        guard let span = span(seconds.magnitude) else { return "now" }
        return seconds < 0 ? "\(span) ago" : "in \(span)"
    }

    /// The length of a time: `14 min`.
    static func text(_ duration: Duration) -> String {
        span((duration / .seconds(1)).magnitude) ?? "0 s"
    }

    /// The length in the largest unit that fits; `nil` for less than a second.
    private static func span(_ seconds: Double) -> String? {
        // Dates such as `distantFuture` are far outside of what anybody wants to read in days.
        let whole = Int(min(seconds, 1e12))
        return units.first { whole >= $0.from }.map { "\(whole / $0.seconds) \($0.name)" }
    }
}
