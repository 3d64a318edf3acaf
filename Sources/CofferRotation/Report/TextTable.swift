// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Rows in columns that line up, for a fixed-width terminal.
struct TextTable {
    /// The rows, each as long as the first.
    private var rows: [[String]]

    /// Begins a table with its headings.
    init(_ headings: [String]) {
        rows = [headings]
    }

    /// Begins a table without headings.
    init() {
        rows = []
    }

    /// Adds one row.
    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    /// The lines, indented by two, two spaces between columns, nothing after the last word.
    ///
    /// The last column is not padded,
    /// so text whose width a terminal may see differently belongs there.
    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += "  " + cell + String(repeating: " ", count: width - cell.count)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
