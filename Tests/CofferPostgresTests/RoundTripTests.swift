// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import PostgresServer
import Testing

@testable import CofferPostgres

/// libpq before version 14 sends one statement after the other: what is promised must not depend on that.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct `Statements of a transaction` {
    private struct Given: Error {}

    private let world: PostgresWorld
    private let record = ChangeRecord()

    init() async throws { world = try await PostgresWorld() }

    private func connection(_ isPipelining: Bool) throws -> ServerConnection {
        let address = try ServerAddress(world.database.url)
        return try ServerConnection.open(address, until: Deadline(after: Bounds.turn), isPipelining: isPipelining)
    }

    private func wish(of row: EntryRow) throws -> StoredWish {
        StoredWish(entry: row.id, signer: try SigningPublicKey(RandomBytes.make(byteCount: 32)), body: [1, 2, 3])
    }

    @Test(arguments: [true, false])
    func `have what the transaction begins with before them`(isPipelining: Bool) throws {
        let connection = try connection(isPipelining)
        let names = ["transaction_isolation", "search_path", "lock_timeout", "synchronous_commit"]
        let settings = { (transaction: PostgresTransaction) throws -> [String] in
            try names.map { name in
                let statement = Statement("SELECT pg_catalog.current_setting($1)", [.text(name)])
                let answer = try transaction.connection.run(behind: statement)
                return try #require(answer.rows.first).text(0)
            }
        }
        let before = try connection.read(settings)
        #expect(before == ["repeatable read", "pg_catalog", "0", "on"])
        let writing = try connection.write(.flushed, noting: record) { try settings($0) }
        #expect(writing == ["read committed", "pg_catalog", "5s", "off"])
        // Nothing of it is left for the next one.
        let after = try connection.read(settings)
        #expect(after == before)
        let aside = try connection.writeAside(settings)
        #expect(aside == writing)
        #expect(connection.isIdle)
    }

    @Test(arguments: [true, false])
    func `are told what the server warns of, whatever is set for the database`(isPipelining: Bool) throws {
        try world.database.run("ALTER DATABASE \(world.database.name) SET client_min_messages = error")
        let connection = try connection(isPipelining)
        let level = try connection.write(.flushed, noting: record) { transaction in
            try transaction.fetch("SELECT pg_catalog.current_setting('client_min_messages')").first?.text(0)
        }
        #expect(level == "warning")
    }

    @Test(arguments: [true, false])
    func `that nobody asks about are there once it is committed, and for who reads in it`(isPipelining: Bool) throws {
        let connection = try connection(isPipelining)
        let row = try PostgresWorld.row()
        // More than wait for each other at once.
        let wishes = try (0..<150).map { _ in try wish(of: row) }
        let met = try connection.write(.synced, noting: record) { transaction in
            for wish in wishes { try transaction.leave(wish) }
            return try transaction.wishes(limit: 200).count
        }
        #expect(met == wishes.count)
        #expect(try connection.read { try $0.wishes(limit: 200) }.count == wishes.count)
        try connection.write(.synced, noting: record) { transaction in
            for wish in wishes { try transaction.removeWish(of: wish.signer, for: wish.entry) }
        }
        #expect(try connection.read { try $0.wishes(limit: 200) }.isEmpty)
    }

    @Test(arguments: [true, false])
    func `are undone with it, whoever fails`(isPipelining: Bool) throws {
        let connection = try connection(isPipelining)
        let row = try PostgresWorld.row()
        let wish = try wish(of: row)
        #expect(throws: Given.self) {
            try connection.write(.synced, noting: record) { transaction in
                try transaction.insert(row)
                try transaction.leave(wish)
                throw Given()
            }
        }
        // One of those that are looked at with the next one does not pass.
        #expect(throws: PostgresTransaction.conflict) {
            try connection.write(.synced, noting: record) { transaction in
                try transaction.insert(row)
                try transaction.queue(
                    "UPDATE coffer.entry SET due_at = 1 WHERE false", [], orThrow: PostgresTransaction.conflict)
                try transaction.leave(wish)
            }
        }
        // The server refuses one of them, and passes over those behind it.
        let refused = #expect(throws: Failure.self) {
            try connection.write(.synced, noting: record) { transaction in
                try transaction.insert(row)
                try transaction.queue("UPDATE coffer.entry SET due_at = 1 / 0", [])
                try transaction.leave(wish)
                _ = try transaction.row(id: row.id)
            }
        }
        guard case .refused(let state) = refused else { throw try #require(refused) }
        #expect(state == "22012")
        #expect(connection.isIdle)
        #expect(try connection.read { try $0.row(id: row.id) } == nil)
        #expect(try connection.read { try $0.wishes(limit: 200) }.isEmpty)
        try connection.write(.synced, noting: record) { try $0.insert(row) }
        #expect(try connection.read { try $0.row(id: row.id) } == row)
    }

    /// What one of them fails with is told of at another: who means to pass over what that one may fail with gets it instead.
    @Test(arguments: [true, false])
    func `are not committed where somebody keeps to himself that one did not pass`(isPipelining: Bool) throws {
        let connection = try connection(isPipelining)
        let row = try PostgresWorld.row()
        #expect(throws: PostgresTransaction.conflict) {
            try connection.write(.synced, noting: record) { transaction in
                try transaction.insert(row)
                try transaction.queue(
                    "UPDATE coffer.entry SET due_at = 1 WHERE false", [], orThrow: PostgresTransaction.conflict)
                let kept = try? transaction.row(id: row.id)
                #expect(kept == nil)
                // Nothing else of it is answered, either.
                let isRemoved: Void? = try? transaction.remove(row.id, expecting: 1)
                #expect(isRemoved == nil)
            }
        }
        #expect(connection.isIdle)
        #expect(try connection.read { try $0.row(id: row.id) } == nil)
        try connection.write(.synced, noting: record) { try $0.insert(row) }
        #expect(try connection.read { try $0.row(id: row.id) } == row)
    }

    @Test(arguments: [true, false])
    func `are sent when one of them is asked about`(isPipelining: Bool) throws {
        let connection = try connection(isPipelining)
        let wish = try wish(of: PostgresWorld.row())
        try connection.write(.flushed, noting: record) { transaction in
            try transaction.leave(wish)
            // What begins the transaction, what it sets, the writers' turn, and the wish.
            #expect(connection.ahead.count == 4)
            _ = try transaction.wishes(limit: 1)
            #expect(connection.ahead.isEmpty)
        }
    }

    @Test(arguments: [true, false])
    func `are sent before anybody asks who holds locks`(isPipelining: Bool) throws {
        let connection = try connection(isPipelining)
        try connection.write(.flushed, noting: record) { transaction in
            let held = try transaction.heldLocks()
            #expect(held.isEmpty && connection.ahead.isEmpty && connection.isInTransaction)
        }
    }
}
