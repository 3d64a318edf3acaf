// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCommands

@Suite struct `A length of time on the command line` {
    @Test(arguments: [("90s", 90), ("5m", 300), ("2h", 7_200), ("30d", 2_592_000), ("0s", 0), ("007m", 420)])
    func `is a whole number and a unit`(text: String, seconds: Int64) {
        #expect(DurationArgument(argument: text)?.duration == .seconds(seconds))
    }

    @Test(arguments: [
        "", "5", "m", "5 m", "-5m", "+5m", "1.5h", "5M", "1h30m", "٣m", "9223372036854775807d", "99999999999999999999s",
    ])
    func `is nothing else`(text: String) {
        #expect(DurationArgument(argument: text) == nil)
    }

    @Test(arguments: [("300s", "5m"), ("90s", "90s"), ("48h", "2d")])
    func `is told in the largest unit that fits`(text: String, told: String) {
        #expect(DurationArgument(argument: text)?.defaultValueDescription == told)
    }
}
