// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

/// An account, as a list would have it.
private struct Account: ListedItem {
    static let listName = "accounts"
    static let columns: [TextTable.Column] = [.init("PATH"), .init("EXPIRES")]
    static let emptyMessage = "there are no accounts"

    let path: String
    let accountURL: String?
    let expiresAt: Date?
    let version: Int

    func cells(now: Date) -> [String] { [path, expiresAt.map { RelativeTime.text($0, now: now) } ?? "-"] }

    var quietLine: String { path }
}

@Suite("ListOutput") struct ListOutputTests {
    private let now = Date(timeIntervalSince1970: 1_700_000_000)

    /// Two accounts.
    private var accounts: ListOutput<Account> {
        ListOutput(
            items: [
                Account(path: "main/a", accountURL: "https://a.example/x", expiresAt: now + 840.9, version: 3),
                Account(path: "main/b\u{1B}", accountURL: nil, expiresAt: nil, version: 1),
            ], now: now)
    }

    @Test func `for people it is a table`() {
        #expect(accounts.text(.table) == "PATH    EXPIRES\nmain/a  in 14 min\nmain/b  -\n")
    }

    @Test func `for pipes it is one name a line`() {
        #expect(accounts.text(.quiet) == "main/a\nmain/b\n")
    }

    @Test func `for programs it is a document with a version, and what is absent is left out`() {
        #expect(
            accounts.text(.json) == #"""
                {
                  "accounts" : [
                    {
                      "account_url" : "https://a.example/x",
                      "expires_at" : "2023-11-14T22:27:20Z",
                      "path" : "main/a",
                      "version" : 3
                    },
                    {
                      "path" : "main/b\u001b",
                      "version" : 1
                    }
                  ],
                  "version" : 1
                }

                """#)
    }

    @Test func `an entry keeps its own version beside the document's`() {
        let text = JSONText.document(accounts.items[1], version: .formatVersion)
        #expect(
            text == #"""
                {
                  "format_version" : 1,
                  "path" : "main/b\u001b",
                  "version" : 1
                }

                """#)
    }

    @Test func `an empty list has no table, and says so on standard error`() throws {
        let (output, errors) = (RecordedOutput(columnCount: 80), RecordedOutput())
        let list = ListOutput<Account>(items: [], now: now)
        try list.write(.table, in: .test(output: output, errors: errors))
        #expect(output.text == "")
        #expect(errors.text == "coffer: there are no accounts\n")
        #expect(list.text(.quiet) == "")
        #expect(list.text(.json).contains(#""accounts" : ["#))
    }

    @Test func `only a terminal's width cuts`() throws {
        let (terminal, pipe) = (RecordedOutput(columnCount: 12), RecordedOutput())
        try accounts.write(.table, in: .test(output: terminal))
        try accounts.write(.table, in: .test(output: pipe))
        #expect(terminal.text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 12 })
        #expect(pipe.text == accounts.text(.table))
    }

    @Test(arguments: [(false, false, ListFormat.table), (true, false, .json), (false, true, .quiet)])
    func `the flags say the form`(json: Bool, quiet: Bool, format: ListFormat) throws {
        var options = ListOptions()
        options.json = json
        options.quiet = quiet
        try options.validate()
        #expect(options.format == format)
    }

    @Test func `--json and --quiet exclude each other`() {
        var options = ListOptions()
        options.json = true
        options.quiet = true
        #expect(throws: (any Error).self) { try options.validate() }
    }
}
