// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import PostgresServer
import Synchronization
import Testing

@testable import CofferPostgres

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct `A session that the server ends` {
    @Test func `between two transactions is not noticed`() async throws {
        let world = try await PostgresWorld()
        let row = try PostgresWorld.row()
        try await world.store.write(.synced) { try $0.insert(row) }
        try world.endSessions("")
        try await world.store.write(.synced) { try $0.remove(row.id, expecting: 1) }
        let found = try await world.store.read { try $0.row(id: row.id) }
        #expect(found == nil)
    }

    @Test func `in a transaction undoes that, which is run again`() async throws {
        let world = try await PostgresWorld()
        let row = try PostgresWorld.row()
        let attempts = Attempts()
        try await world.store.write(.synced) { transaction in
            try transaction.insert(row)
            let attempt = attempts.next()
            if attempt == 1 { try world.endSessions("INSERT INTO coffer.entry") }
            #expect(try transaction.row(id: row.id) == row)
        }
        #expect(attempts.count == 2)
        let found = try await world.store.read { try $0.row(id: row.id) }
        #expect(found == row)
    }

    /// As of a process that was stopped for a while, before a statement or before the commit.
    @Test(arguments: [true, false]) func `in which nothing was asked for too long loses nothing`(
        asksAgain: Bool
    ) async throws {
        let world = try await PostgresWorld()
        let row = try PostgresWorld.row()
        let attempts = Attempts()
        try await world.store.write(.synced) { transaction in
            try transaction.insert(row)
            let attempt = attempts.next()
            if attempt == 1, let own = transaction as? PostgresTransaction {
                _ = try own.connection.run(script: "SET LOCAL idle_in_transaction_session_timeout = 1")
                let idle = """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND state LIKE 'idle in transaction%'
                    """
                while try world.database.run(idle) != "0" {}
            }
            if asksAgain { #expect(try transaction.row(id: row.id) == row) }
        }
        #expect(attempts.count == 2)
        let found = try await world.store.read { try $0.row(id: row.id) }
        #expect(found == row)
    }

    /// As of a read whose end was not answered, and after which nobody reads.
    @Test(.timeLimit(.minutes(2))) func `is ended by this side if what nobody waits for left a transaction open`()
        async throws
    {
        let world = try await PostgresWorld()
        let session = Session(try ServerAddress(world.database.url), label: "coffer.tests.afterwards")
        let process = try await session.run(
            afterwards: { connection in _ = try? connection.run(script: "BEGIN") },
            { connection, _ -> Int64 in connection.processNumber })
        while try world.database.run("SELECT count(*) FROM pg_stat_activity WHERE pid = \(process)") != "0" {}
        let number = try await session.run { _, number -> Int in number }
        #expect(number == 2)
    }

    @Test func `before a commit leaves nobody in the belief that it was made`() async throws {
        let world = try await PostgresWorld()
        let row = try PostgresWorld.row()
        await #expect(throws: VaultError(.unreachable, "")) {
            try await world.store.write(.synced) { transaction in
                try transaction.insert(row)
                try world.endSessions("INSERT INTO coffer.entry")
            }
        }
        let found = try await world.store.read { try $0.row(id: row.id) }
        #expect(found == nil)
    }
}

/// How often a transaction was begun.
private final class Attempts: Sendable {
    private let begun = Mutex(0)

    var count: Int { begun.withLock { $0 } }

    func next() -> Int {
        begun.withLock { begun in
            begun += 1
            return begun
        }
    }
}
