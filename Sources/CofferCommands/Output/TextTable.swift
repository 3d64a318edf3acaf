// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A table for people: a header, and columns that stand under each other.
///
/// What is in the cells is taken as foreign text and cleaned. The last column is not padded, so
/// that no line ends in spaces.
struct TextTable: Sendable {
    /// One column.
    struct Column: Sendable {
        /// Where a cell stands in its column.
        enum Alignment: Sendable {
            /// At the left, for words.
            case left
            /// At the right, for numbers.
            case right
        }

        /// What the header calls it.
        let title: String

        /// Where its cells stand.
        let alignment: Alignment

        /// Names a column.
        init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    /// The spaces between two columns.
    private static let gap = 2

    /// Narrower than this no column is cut: three characters and an ellipsis.
    private static let narrowest = 4

    /// The columns, from the left.
    let columns: [Column]

    /// The cells, row by row.
    private var rows: [[String]] = []

    /// The colours of cells, row by row, by column.
    private var colours: [[Int: TextColour]] = []

    /// Makes a table without rows.
    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row at the end.
    ///
    /// - Parameters:
    ///   - cells: a text for each column.
    ///   - colours: the colours of some of them, by column.
    mutating func append(_ cells: [String], colours: [Int: TextColour] = [:]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells.map(PrintableText.clean))
        self.colours.append(colours)
    }

    /// The lines of the table, the header first.
    ///
    /// Cut are the widest columns first, as the narrow ones hold numbers and states.
    ///
    /// - Parameter columnCount: how wide the terminal is; without it nothing is cut.
    /// - Returns: one text a line, without line breaks.
    func lines(fitting columnCount: Int? = nil) -> [String] {
        let cells = [columns.map(\.title)] + rows
        let widths = widths(of: cells, fitting: columnCount)
        return zip(cells, [[:]] + colours).map { row, colours in
            var line = ""
            for (index, cell) in row.enumerated() {
                let shown = DisplayWidth.truncate(cell, to: widths[index])
                let padding = String(repeating: " ", count: widths[index] - DisplayWidth.of(shown))
                let painted = colours[index]?.paint(shown) ?? shown
                let isLast = index == row.count - 1
                switch columns[index].alignment {
                case .left:
                    line += isLast ? painted : painted + padding
                case .right:
                    line += padding + painted
                }
                if !isLast { line += String(repeating: " ", count: Self.gap) }
            }
            // A last cell that is empty would leave the padding of the one before it.
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// How wide each column is.
    private func widths(of cells: [[String]], fitting columnCount: Int?) -> [Int] {
        var widths = columns.indices.map { index in cells.map { DisplayWidth.of($0[index]) }.max() ?? 0 }
        guard let columnCount else { return widths }
        let room = columnCount - Self.gap * (columns.count - 1)
        while widths.reduce(0, +) > room {
            guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.narrowest
            else { break }
            widths[widest] -= 1
        }
        return widths
    }
}
