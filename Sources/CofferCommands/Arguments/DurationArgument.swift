// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A length of time as it is written on the command line: `90s`, `5m`, `2h`, `30d`.
struct DurationArgument: ExpressibleByArgument, Sendable {
    /// The units, in seconds.
    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]

    /// The longest: ten years, as nothing that Coffer keeps lives longer.
    private static let longestSeconds: Int64 = 315_360_000

    /// The length.
    let duration: Duration

    /// Takes a length.
    init(_ duration: Duration) {
        self.duration = duration
    }

    /// Reads a whole number and a unit; `nil` if it is anything else.
    init?(argument: String) {
        guard let last = argument.last, let unit = Self.units[last] else { return nil }
        let digits = argument.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits),
            count <= Self.longestSeconds / unit
        else { return nil }
        duration = .seconds(count * unit)
    }

    /// The length as it is written, for help.
    var defaultValueDescription: String {
        let seconds = duration.components.seconds
        let unit = Self.units.filter { seconds % $0.value == 0 }.max { $0.value < $1.value }
        return unit.map { "\(seconds / $0.value)\($0.key)" } ?? "\(seconds)s"
    }
}
