// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import GRDB
import Testing

@testable import CofferSQLite

/// The write-ahead log: when it is synced, who moves it into the file, and what is left in it.
@Suite struct LogTests {
    private static func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? -1
    }

    @Test(arguments: [(Durability.synced, 2), (.flushed, 1), (.synced, 2)])
    func `a commit is synced as its caller asked, whatever the one before was`(
        durability: Durability, expected: Int
    ) async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        for before in [Durability.flushed, .synced] {
            try await store.write(before) { _ in }
            // https://sqlite.org/pragma.html#pragma_synchronous: 2 is FULL, 1 is NORMAL.
            let seen = try await store.write(durability) { transaction in
                let database = try #require(transaction as? SQLiteTransaction).database
                return [
                    try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                    try Int.fetchOne(database, sql: "PRAGMA secure_delete"),
                    try Int.fetchOne(database, sql: "PRAGMA trusted_schema"),
                ]
            }
            #expect(seen == [expected, 1, 0])
        }
        #expect(try await store.read { ($0 as? SQLiteTransaction).map { $0.database.isInsideTransaction } } == true)
    }

    @Test func `closing does not move the log into the file`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        try SQLiteStore.create(path).seal()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let row = try BareRow.make()
        do {
            let store = try SQLiteStore.open(path)
            try await store.write(.synced) { try $0.insert(row) }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try Self.size(path + "-wal") > 0)
        // The next program reads it from the log.
        #expect(try await SQLiteStore.open(path).read { try $0.row(id: row.id) } == row)
    }

    @Test func `the log stays bounded though nobody moves it when closing`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        try SQLiteStore.create(path).seal()
        var largest = 0
        for _ in 0..<60 {
            let rows = try (0..<10).map { _ in try BareRow.make(byteCount: 16_000) }
            do {
                let store = try SQLiteStore.open(path)
                try await store.write(.flushed) { transaction in for row in rows { try transaction.insert(row) } }
            }
            largest = max(largest, try Self.size(path + "-wal"))
        }
        // Each command wrote some 50 pages of some 4,120 bytes.
        #expect(largest > LogBound.byteCount)
        #expect(largest < LogBound.byteCount + 3 * 60 * 4_120)
    }

    @Test func `the log of a process that lives long stays bounded`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        let store = try SQLiteStore.create(path)
        for _ in 0..<60 {
            let rows = try (0..<10).map { _ in try BareRow.make(byteCount: 16_000) }
            try await store.write(.flushed) { transaction in for row in rows { try transaction.insert(row) } }
        }
        // A thousand pages, and a transaction more, are what SQLite lets gather
        // (https://sqlite.org/pragma.html#pragma_wal_autocheckpoint).
        #expect(try Self.size(path + "-wal") < 1_100 * 4_120)
    }

    @Test func `a log that somebody reads is cut by a later commit, and nobody waits`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        try SQLiteStore.create(path).seal()
        let rows = try (0..<100).map { _ in try BareRow.make(byteCount: 16_000) }
        do {
            let store = try SQLiteStore.open(path)
            try await store.write(.flushed) { transaction in for row in rows { try transaction.insert(row) } }
        }
        let reader = try Child(
            """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("begin")
            connection.execute("select count(*) from entry").fetchone()
            print("reading", flush=True)
            sys.stdin.readline()
            """, path)
        #expect(try reader.line() == "reading")
        // Were it to wait for the reader, it would wait for ever: he ends after it.
        let store = try SQLiteStore.open(path, busyWait: 1_000_000)
        let next = try BareRow.make()
        try await store.write(.flushed) { try $0.insert(next) }
        #expect(try Self.size(path + "-wal") > LogBound.byteCount)
        #expect(reader.finish() == 0)
        let last = try BareRow.make()
        try await store.write(.flushed) { try $0.insert(last) }
        #expect(try Self.size(path + "-wal") == 0)
        #expect(try await store.read { try $0.entryCount(space: BareRow.space) } == 102)
    }

    @Test func `truncating leaves nothing of a removed row in the files`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        let store = try SQLiteStore.create(path)
        let row = try BareRow.make(byteCount: 20_000)
        let kept = try BareRow.make(byteCount: 200)
        try await store.write(.synced) { transaction in
            try transaction.insert(row)
            try transaction.insert(kept)
        }
        func isFound(_ marker: ArraySlice<UInt8>) throws -> Bool {
            try ["", "-wal"].contains { suffix in
                try Data(contentsOf: URL(fileURLWithPath: path + suffix)).range(of: Data(marker)) != nil
            }
        }
        // From the beginning, and from an overflow page.
        let markers = [row.useBox[0..<24], row.useBox[19_000..<19_024]]
        for marker in markers { #expect(try isFound(marker)) }
        try await store.write(.synced) { try $0.remove(row.id, expecting: 1) }
        try await store.truncateLog()
        for marker in markers { #expect(try !isFound(marker)) }
        #expect(try isFound(kept.useBox[0..<24]))
        #expect(try Self.size(path + "-wal") == 0)
        #expect(try await store.read { try $0.row(id: kept.id) } == kept)
    }

    @Test func `truncating waits for a reader no longer than it may`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        try SQLiteStore.create(path).seal()
        let store = try SQLiteStore.open(path, busyWait: 0.02)
        let row = try BareRow.make()
        try await store.write(.synced) { try $0.insert(row) }
        let reader = try Child(
            """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("begin")
            connection.execute("select count(*) from entry").fetchone()
            print("reading", flush=True)
            sys.stdin.readline()
            """, path)
        #expect(try reader.line() == "reading")
        let second = try BareRow.make()
        try await store.write(.synced) { try $0.insert(second) }
        await #expect(throws: VaultError(.busy, "")) { try await store.truncateLog() }
        #expect(try await store.read { try $0.row(id: second.id) } == second)
        #expect(reader.finish() == 0)
        try await store.truncateLog()
        #expect(try Self.size(path + "-wal") == 0)
    }
}
