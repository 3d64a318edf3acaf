// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Yams

extension ValueForm where Value == Duration {
    /// A whole number with a unit, as `90d`; up to a hundred years.
    static var duration: Self {
        Self(
            wanted: "a duration such as 500ms, 30s, 15m, 24h or 90d",
            parse: { node in node.scalar.flatMap { duration($0.string) } },
            emit: { Node(text($0)) })
    }

    private static let units: [(unit: String, milliseconds: Int)] = [
        ("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
    ]
    private static let longest = 36_525 * 86_400_000

    private static func duration(_ text: String) -> Duration? {
        guard let (unit, milliseconds) = units.first(where: { text.hasSuffix($0.unit) }) else { return nil }
        let digits = text.dropLast(unit.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), digits.utf8.count <= 12,
            let number = Int(digits), number > 0
        else { return nil }
        let (product, overflows) = number.multipliedReportingOverflow(by: milliseconds)
        return overflows || product > longest ? nil : .milliseconds(product)
    }

    /// In the largest unit that divides it.
    static func text(_ duration: Duration) -> String {
        let milliseconds = Int(duration / .milliseconds(1))
        let unit = units.dropFirst().first { milliseconds.isMultiple(of: $0.milliseconds) } ?? units[0]
        return "\(milliseconds / unit.milliseconds)\(unit.unit)"
    }
}
