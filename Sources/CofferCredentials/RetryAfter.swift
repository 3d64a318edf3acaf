// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// `Retry-After` (RFC 9110 §10.2.3): seconds, or an HTTP date.
package enum RetryAfter {
    /// No provider makes us wait longer than an hour on its word alone.
    private static let capSeconds = 3600

    /// Reads the field; `nil` if it is neither form, or is over.
    ///
    /// Zero is no statement either: whoever sends it has filled in a field, and "again at once" would be taken by everybody at once.
    package static func read(_ field: String?, now: Date) -> Duration? {
        guard let field = field.map({ $0.split(separator: " ").joined(separator: " ") }) else { return nil }
        if !field.isEmpty, field.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            let seconds = min(Int(field) ?? capSeconds, capSeconds)
            return seconds > 0 ? .seconds(seconds) : nil
        }
        guard let date = date(field) else { return nil }
        let seconds = date.timeIntervalSince(now)
        return seconds > 0 ? .seconds(min(Int(seconds.rounded(.up)), capSeconds)) : nil
    }

    /// An IMF-fixdate (RFC 9110 §5.6.7), the only form that may be sent: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Date? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split { " ,:".contains($0) }
        guard parts.count == 8, parts[7] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]), (1970...9999).contains(year),
            let hour = Int(parts[4]), (0...23).contains(hour), let minute = Int(parts[5]), (0...59).contains(minute),
            let second = Int(parts[6]), (0...60).contains(second)
        else { return nil }
        let days = daysSinceEpoch(year: year, month: month + 1, day: day)
        return Date(timeIntervalSince1970: Double(((days * 24 + hour) * 60 + minute) * 60 + second))
    }

    /// Days from 1970-01-01 in the Gregorian calendar; years begin in March, so that the leap day comes last.
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
