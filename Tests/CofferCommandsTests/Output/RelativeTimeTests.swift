// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

@Suite("RelativeTime") struct RelativeTimeTests {
    private let now = Date(timeIntervalSince1970: 1_700_000_000)

    @Test(
        arguments: [
            (0, "now"), (0.9, "now"), (-0.9, "now"), (1, "in 1 s"), (59.9, "in 59 s"), (60, "in 1 min"),
            (899, "in 14 min"),
            (7_199, "in 119 min"), (7_200, "in 2 h"), (-10_900, "3 h ago"), (172_799, "in 47 h"), (172_800, "in 2 d"),
            (-86_400 * 45, "45 d ago"),
        ] as [(Double, String)])
    func `a time is told in one unit, rounded down`(seconds: Double, text: String) {
        #expect(RelativeTime.text(now + seconds, now: now) == text)
    }

    @Test func `a time too far to count is still told`() {
        #expect(RelativeTime.text(.distantFuture, now: now).hasPrefix("in "))
        #expect(RelativeTime.text(.distantPast, now: now).hasSuffix(" ago"))
    }

    @Test func `a length is told in the same way`() {
        #expect(RelativeTime.text(.seconds(300)) == "5 min")
        #expect(RelativeTime.text(.milliseconds(10)) == "0 s")
    }

    @Test func `RFC 3339 has whole seconds in UTC, never later than it is`() {
        #expect(JSONText.rfc3339(now) == "2023-11-14T22:13:20Z")
        #expect(JSONText.rfc3339(now + 0.999) == "2023-11-14T22:13:20Z")
        #expect(JSONText.rfc3339(Date(timeIntervalSince1970: -0.5)) == "1969-12-31T23:59:59Z")
    }
}
