// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation
import Testing

@Suite struct IntegrityTests {
    private static func alter(_ path: String, _ statements: String) throws {
        let folder = try TemporaryFolder()
        let script = try folder.write(statements, to: "script")
        let child = try Child(
            """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1])
            connection.executescript(open(sys.argv[2]).read())
            connection.commit()
            """, path, script)
        #expect(child.finish() == 0)
    }

    @Test func `a vault that only Coffer wrote has no problems`() async throws {
        let file = try await VaultFile(entries: 5)
        #expect(try await SQLiteStore.open(file.path).integrity() == [])
    }

    @Test(arguments: [
        (
            "CREATE TRIGGER thief AFTER INSERT ON audit BEGIN DELETE FROM audit WHERE sequence = 1; END",
            "there is trigger thief, which Coffer did not make"
        ),
        ("CREATE TABLE notes (text)", "there is table notes, which Coffer did not make"),
        ("DROP INDEX entry_due", "there is no index entry_due"),
        ("DROP TABLE wish; CREATE TABLE wish (entry, signer, body)", "table wish is not as Coffer makes it"),
    ])
    func `what Coffer did not make is named`(statement: String, problem: String) async throws {
        let file = try await VaultFile(entries: 1)
        try Self.alter(file.path, statement)
        #expect(try await SQLiteStore.open(file.path).integrity() == [problem])
    }

    @Test func `writes whose event is gone are named`() async throws {
        let file = try await VaultFile(entries: 3)
        try Self.alter(file.path, "DELETE FROM audit WHERE sequence IN (2, 3)")
        let problems = try await SQLiteStore.open(file.path).integrity()
        #expect(problems.count == 2)
        #expect(problems.allSatisfy { $0.contains("there is no such event") })
        for number in [2, 3] { #expect(problems.contains { $0.contains("names event \(number) of signer") }) }
    }

    @Test func `an index that misses a row is named`() async throws {
        let file = try await VaultFile(entries: 3)
        try Self.alter(
            file.path,
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = 'CREATE INDEX entry_due ON entry (space, due_at) WHERE due_at IS NULL'
            WHERE name = 'entry_due';
            """)
        let problems = try await SQLiteStore.open(file.path).integrity()
        #expect(problems.contains { $0.hasPrefix("SQLite says of the file: ") && $0.contains("entry_due") })
        #expect(problems.contains("index entry_due is not as Coffer makes it"))
    }

    @Test func `however much is wrong, the list ends, and names come without control characters`() async throws {
        let file = try await VaultFile()
        var script = ""
        for number in 0..<300 {
            script += "CREATE TABLE \"n\(number)\u{1B}[2J\(String(repeating: "x", count: 500))\" (a);"
        }
        try Self.alter(file.path, script)
        let problems = try await SQLiteStore.open(file.path).integrity()
        #expect(problems.count == StoreCheck.limit)
        #expect(problems.last == "there is more that is not listed")
        #expect(problems.allSatisfy { $0.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) } })
        #expect(problems.allSatisfy { $0.count < 300 })
    }
}
