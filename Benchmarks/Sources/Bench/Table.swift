// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Prints comparisons as a table that lines up, and which targets were missed.
///
/// That is no failure: on a busy machine a ratio may be anything.
enum Table {
    static func print(_ comparisons: [Comparison]) {
        let head = ["ROW", "WHAT", "AGAINST", "UNIT", "MEASURED", "REFERENCE", "RATIO", "TARGET", ""]
        let lines =
            [head]
            + comparisons.map { one in
                [
                    one.row, one.what, one.against, one.unit, amount(one.amounts.measured, one.quantity),
                    amount(one.amounts.reference, one.quantity),
                    String(format: "%.2f x", one.ratio), String(format: "%.2f x", one.target),
                    one.ratio <= one.target ? "met" : "MISSED",
                ]
            }
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        for line in lines {
            let cells = zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            Swift.print(cells.joined(separator: "  "))
        }
        let missed = comparisons.filter { $0.ratio > $0.target }.map(\.row)
        Swift.print(
            missed.isEmpty
                ? "every target was met"
                : "\(missed.count) of \(comparisons.count) targets missed: \(missed.joined(separator: ", "))")
    }

    private static func amount(_ amount: Double, _ quantity: Comparison.Quantity) -> String {
        switch quantity {
        case .seconds: time(amount)
        case .bytes: String(format: "%.1f MB", amount / 1e6)
        }
    }

    private static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.001: String(format: "%.1f us", seconds * 1e6)
        case ..<1: String(format: "%.2f ms", seconds * 1e3)
        default: String(format: "%.1f s", seconds)
        }
    }
}
