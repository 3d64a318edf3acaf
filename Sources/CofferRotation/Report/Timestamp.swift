// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Times as the contracts want them: RFC 3339 in UTC with whole seconds.
package enum Timestamp {
    /// `2026-11-21T03:00:05Z` (RFC 3339 §5.6).
    package static func text(_ date: Date) -> String {
        date.formatted(.iso8601)
    }

    /// `03:00:05Z`, for tables under a heading that has the day.
    package static func clock(_ date: Date) -> String {
        String(text(date).drop { $0 != "T" }.dropFirst())
    }

    /// `4s`, `3m 20s`, `2h 5m`, `3d 2h`: the time between two moments as people say it.
    package static func elapsed(from start: Date, to end: Date) -> String {
        elapsed(end.timeIntervalSince(start))
    }

    /// The same of a length in seconds.
    package static func elapsed(_ length: Double) -> String {
        let seconds = Int(max(0, length).rounded(.down))
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
        if days > 0 { return "\(days)d \(hours % 24)h" }
        if hours > 0 { return "\(hours)h \(minutes % 60)m" }
        if minutes > 0 { return "\(minutes)m \(seconds % 60)s" }
        return "\(seconds)s"
    }
}
