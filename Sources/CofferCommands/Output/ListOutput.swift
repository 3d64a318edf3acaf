// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What can stand in a list: shown as a row, as an object, or as one word, from one model.
protocol ListedItem: Encodable, Sendable {
    /// What the list is called in JSON: `connections`.
    static var listName: String { get }

    /// The columns of the table.
    static var columns: [TextTable.Column] { get }

    /// What is said instead of a table without rows, on standard error.
    static var emptyMessage: String { get }

    /// One text for each column; times are told from `now`.
    func cells(now: Date) -> [String]

    /// The colours of some cells, by column.
    var colours: [Int: TextColour] { get }

    /// What `--quiet` prints: what another command takes as its argument.
    var quietLine: String { get }
}

extension ListedItem {
    /// No cell is coloured.
    var colours: [Int: TextColour] { [:] }
}

/// A list, ready to be written in any of its forms.
struct ListOutput<Item: ListedItem>: Sendable {
    /// What is in the list.
    let items: [Item]

    /// What times are told from.
    let now: Date

    /// The text of the list.
    ///
    /// - Parameters:
    ///   - format: which form.
    ///   - columnCount: how wide the terminal is; without it nothing is cut.
    ///   - isColoured: whether a table has colours.
    /// - Returns: the text, which ends with a line break unless it is empty.
    func text(_ format: ListFormat, fitting columnCount: Int? = nil, isColoured: Bool = false) -> String {
        switch format {
        case .json:
            return JSONText.document(listing: items, as: Item.listName)
        case .quiet:
            return items.map { PrintableText.clean($0.quietLine) + "\n" }.joined()
        case .table:
            guard !items.isEmpty else { return "" }
            var table = TextTable(Item.columns)
            for item in items { table.append(item.cells(now: now), colours: isColoured ? item.colours : [:]) }
            return table.lines(fitting: columnCount).map { $0 + "\n" }.joined()
        }
    }

    /// Writes the list to standard output; an empty table says so on standard error.
    ///
    /// - Throws: ``CommandError`` if it cannot be written.
    func write(_ format: ListFormat, in context: CommandContext) throws {
        let text = text(format, fitting: context.output.columnCount, isColoured: context.isColoured)
        try context.output.write(text)
        if items.isEmpty, format == .table { context.diagnostics.note(Item.emptyMessage) }
    }
}
