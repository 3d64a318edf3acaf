// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCommands

@Suite("TextTable") struct TextTableTests {
    /// A table with a path and a number.
    private func table(_ rows: [[String]]) -> TextTable {
        var table = TextTable([.init("PATH"), .init("N", .right), .init("STATE")])
        for row in rows { table.append(row) }
        return table
    }

    @Test func `columns stand under each other, and no line ends in spaces`() {
        let lines = table([["main/a", "7", "active"], ["main/amocrm", "1234", ""]]).lines()
        #expect(
            lines == [
                "PATH            N  STATE",
                "main/a          7  active",
                "main/amocrm  1234",
            ])
    }

    @Test(arguments: [
        ("日本", 4), ("ｆｕｌｌ", 8), ("e\u{301}", 1), ("नि", 1), ("👩‍👩‍👧", 2), ("❤️", 2), ("🇩🇪", 2), ("한글", 4), ("é", 1),
        ("a\u{200D}", 1), ("…", 1), ("ж", 1), ("", 0),
    ])
    func `a text is as wide as a terminal shows it`(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func `wide characters and marks are padded by what is seen`() {
        let lines = table([
            ["main/日本", "1", "x"], ["main/e\u{301}e\u{301}e\u{301}e\u{301}", "1", "x"], ["main/abcd", "1", "x"],
        ])
        .lines()
        #expect(lines[1...].map(DisplayWidth.of) == [15, 15, 15])
    }

    @Test func `a terminal's width cuts the widest columns, and only as far as needed`() {
        let table = table([["main/a-very-long-name/of-an-account", "12", "needs_reauthorization"]])
        for width in 20...70 {
            let lines = table.lines(fitting: width)
            #expect(lines.allSatisfy { DisplayWidth.of($0) <= width })
            #expect(lines[1].contains("12"))
        }
        #expect(table.lines(fitting: 62) == table.lines())
        #expect(table.lines(fitting: 61)[1].contains("…"))
    }

    @Test func `a terminal too narrow for anything still gets every row`() {
        #expect(table([["main/a", "1", "active"]]).lines(fitting: 3).count == 2)
    }

    @Test func `a wide character is not cut in half`() {
        #expect(DisplayWidth.truncate("日本語", to: 4) == "日…")
        #expect(DisplayWidth.truncate("日本語", to: 5) == "日本…")
        #expect(DisplayWidth.truncate("日本語", to: 6) == "日本語")
        #expect(DisplayWidth.truncate("abc", to: 1) == "…")
        #expect(DisplayWidth.truncate("abc", to: 0) == "")
    }

    @Test func `what could steer a terminal is not in a cell`() {
        #expect(table([["a\u{1B}[2Jb\nc", "1", "x"]]).lines()[1] == "a[2Jb c  1  x")
    }
}
