// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A table that is drawn over itself on a terminal, for as long as somebody watches it.
///
/// It is drawn on the terminal's other screen (xterm, DECSET 1049), so that what stood there before comes back, and always whole:
/// the size is asked each time, and a terminal that was made smaller has nothing of it left over.
struct LiveTable<Item: ListedItem>: Sendable {
    /// What is in the table, in the order of the list.
    let items: [Item]

    /// What times are told from.
    let now: Date

    /// Turns to the other screen, and hides the cursor.
    static var opening: String { "\u{1B}[?1049h\u{1B}[?25l" }

    /// Shows the cursor, and turns back.
    static var closing: String { "\u{1B}[?25h\u{1B}[?1049l" }

    /// One drawing, from the upper left corner to the end of the screen.
    ///
    /// - Parameters:
    ///   - heading: what stands above the table.
    ///   - columnCount: how wide the terminal is; without it nothing is cut.
    ///   - rowCount: how high it is; without it nothing is left out.
    ///   - isColoured: whether the table has colours.
    /// - Returns: the text, which ends on its last line so that nothing scrolls.
    func drawing(_ heading: String, columnCount: Int?, rowCount: Int?, isColoured: Bool) -> String {
        let lines = lines(heading, columnCount: columnCount, rowCount: rowCount, isColoured: isColoured)
        // Home, each line erased behind its text, and all below them (ECMA-48 CUP, EL, ED).
        return "\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
    }

    /// The lines that a terminal of this size has room for.
    func lines(_ heading: String, columnCount: Int?, rowCount: Int?, isColoured: Bool) -> [String] {
        let head = [PrintableText.clean(heading), ""].map { cut($0, to: columnCount) }
        guard !items.isEmpty else { return head + [cut(Item.emptyMessage, to: columnCount)] }
        // Heading, empty line, titles, and a line that says what is left out.
        let room = rowCount.map { max($0 - 4, 1) } ?? items.count
        let shown = items.count <= room + 1 ? items : Array(urgentFirst.prefix(room))
        var lines = head + table(shown, columnCount: columnCount, isColoured: isColoured)
        if shown.count < items.count { lines.append(cut("… and \(items.count - shown.count) more", to: columnCount)) }
        return lines
    }

    /// Where not all have room, those that are not green come first.
    private var urgentFirst: [Item] {
        items.filter { !$0.colours.values.contains(.green) } + items.filter { $0.colours.values.contains(.green) }
    }

    private func table(_ items: [Item], columnCount: Int?, isColoured: Bool) -> [String] {
        let list = ListOutput(items: items, now: now)
        let plain = list.text(.table, fitting: columnCount).split(separator: "\n").map(String.init)
        // Narrower than its narrowest columns no table can be made: its lines are cut, and colours with them.
        if let columnCount, plain.contains(where: { DisplayWidth.of($0) > columnCount }) {
            return plain.map { cut($0, to: columnCount) }
        }
        guard isColoured else { return plain }
        return list.text(.table, fitting: columnCount, isColoured: true).split(separator: "\n").map(String.init)
    }

    private func cut(_ line: String, to columnCount: Int?) -> String {
        columnCount.map { DisplayWidth.truncate(line, to: $0) } ?? line
    }
}
