// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

/// A thing with a state, as a table would have it.
private struct Thing: ListedItem {
    static let listName = "things"
    static let columns: [TextTable.Column] = [.init("PATH"), .init("STATE"), .init("DUE")]
    static let emptyMessage = "there are no things"

    let path: String
    let isWell: Bool
    let dueAt: Date

    func cells(now: Date) -> [String] { [path, isWell ? "active" : "blocked", RelativeTime.text(dueAt, now: now)] }

    var colours: [Int: TextColour] { [1: isWell ? .green : .red] }

    var quietLine: String { path }
}

@Suite struct `A table that is drawn over itself` {
    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    private static func table(_ count: Int, ill: Set<Int> = [], after seconds: Double = 0) -> LiveTable<Thing> {
        let things = (0..<count).map {
            Thing(path: "main/crm/account-\($0)", isWell: !ill.contains($0), dueAt: now + 840)
        }
        return LiveTable(items: things, now: now + seconds)
    }

    private static func lines(_ table: LiveTable<Thing>, _ columnCount: Int?, _ rowCount: Int?) -> [String] {
        table.lines("things; stop with Ctrl-C", columnCount: columnCount, rowCount: rowCount, isColoured: false)
    }

    @Test func `is whole where there is room, and its times go on with the clock`() {
        #expect(
            Self.lines(Self.table(2), 80, 24) == [
                "things; stop with Ctrl-C", "", "PATH                STATE   DUE",
                "main/crm/account-0  active  in 14 min", "main/crm/account-1  active  in 14 min",
            ])
        #expect(Self.lines(Self.table(2, after: 780), 80, 24).last?.hasSuffix("in 1 min") == true)
        #expect(Self.lines(Self.table(0), 80, 24).last == "there are no things")
    }

    @Test(arguments: [1, 3, 5, 12, 40, 80, 300], [1, 2, 5, 6, 24, 60])
    func `never is wider than the terminal, nor higher than one of five rows or more`(columnCount: Int, rowCount: Int) {
        for count in [0, 1, 2, 50] {
            for isColoured in [false, true] {
                let lines = Self.table(count, ill: [1]).lines(
                    "things", columnCount: columnCount, rowCount: rowCount, isColoured: isColoured)
                #expect(lines.count <= max(rowCount, 5))
                #expect(lines.allSatisfy { DisplayWidth.of(Self.plain($0)) <= columnCount })
            }
        }
    }

    @Test func `shows first what is not well where not all has room, and says how much is left out`() {
        let lines = Self.lines(Self.table(50, ill: [47]), 80, 10)
        #expect(lines.count == 10)
        #expect(lines[3].hasPrefix("main/crm/account-47  blocked"))
        #expect(lines[4].hasPrefix("main/crm/account-0 "))
        #expect(lines.last == "… and 44 more")
    }

    @Test func `leaves nothing of what stood there before, and does not scroll`() {
        let text = Self.table(2).drawing("things", columnCount: 80, rowCount: 24, isColoured: false)
        #expect(text.hasPrefix("\u{1B}[Hthings\u{1B}[K\r\n"))
        #expect(text.hasSuffix("in 14 min\u{1B}[K\u{1B}[J"))
        #expect(text.split(separator: "\r\n", omittingEmptySubsequences: false).allSatisfy { $0.contains("\u{1B}[K") })
    }

    /// Without colours, as a terminal shows it.
    private static func plain(_ line: String) -> String {
        var text = line
        for code in ["\u{1B}[32m", "\u{1B}[31m", "\u{1B}[0m"] { text = text.replacing(code, with: "") }
        return text
    }
}
