// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferPostgres
import CofferVault
import PostgresServer
import Testing

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `A change of a vault in a database` {
    /// The number of a store's state as soon as anything can be said of it.
    private func number(_ store: PostgresStore) async throws -> UInt64 {
        let counter = try #require(store.change)
        var number = counter.value()
        while number & 1 == 1 {
            await Task.yield()
            number = counter.value()
        }
        return number
    }

    private func expectNews(_ store: PostgresStore, _ body: () async throws -> Void) async throws {
        let before = try await number(store)
        try await body()
        while try await number(store) == before { await Task.yield() }
    }

    @Test func `is heard of by another machine`() async throws {
        let world = try await PostgresWorld()
        let other = try await world.reopened()
        let row = try PostgresWorld.row()
        try await expectNews(other) { try await world.store.write(.synced) { try $0.insert(row) } }
        try await expectNews(world.store) { try await other.write(.flushed) { try $0.remove(row.id, expecting: 1) } }
    }

    @Test func `is heard of although nobody was notified`() async throws {
        let world = try await PostgresWorld()
        try await expectNews(world.store) { try world.database.run("UPDATE coffer.change SET state = 7") }
        let wishes = try #require(world.store.change?.wishes())
        try world.database.run("UPDATE coffer.change SET wish = 7")
        while world.store.change?.wishes() == wishes { await Task.yield() }
    }

    @Test func `is suspected behind a notification that nobody of ours sent`() async throws {
        let world = try await PostgresWorld()
        for text in ["", "c", "made up", "x1", "c9999999999999999999"] {
            try await expectNews(world.store) { try world.database.run("NOTIFY coffer, '\(text)'") }
        }
    }

    @Test func `is suspected where the connection was lost, and heard of by the next`() async throws {
        let world = try await PostgresWorld()
        try await expectNews(world.store) { try world.endSessions("SELECT state") }
        try await expectNews(world.store) { try world.database.run("UPDATE coffer.change SET state = 8") }
    }

    @Test func `is told in a number that is drawn anew`() async throws {
        let world = try await PostgresWorld()
        var numbers: Set<String> = []
        for _ in 0..<3 {
            let row = try PostgresWorld.row()
            try await world.store.write(.synced) { try $0.insert(row) }
            numbers.insert(try world.database.run("SELECT state FROM coffer.change"))
        }
        #expect(numbers.count == 3 && !numbers.contains("0"))
        let wish = try StoredWish(
            entry: .random(), signer: SigningPublicKey(RandomBytes.make(byteCount: 32)), body: [])
        let before = try world.database.run("SELECT state FROM coffer.change")
        try await world.store.write(.flushed) { try $0.leave(wish) }
        #expect(try world.database.run("SELECT state FROM coffer.change") == before)
        #expect(try world.database.run("SELECT wish FROM coffer.change") != "0")
    }

    @Test func `can't be written where others would not hear of it`() async throws {
        let world = try await PostgresWorld()
        try world.database.run("DELETE FROM coffer.change")
        let row = try PostgresWorld.row()
        await #expect(throws: VaultError.damaged) { try await world.store.write(.synced) { try $0.insert(row) } }
        let found = try await world.store.read { try $0.row(id: row.id) }
        #expect(found == nil)
    }

    @Test func `needs no connection of who asks once`() async throws {
        let world = try await PostgresWorld()
        let other = try await world.reopened()
        for _ in 0..<3 { #expect(try #require(other.change).value() & 1 == 1) }
        let watching = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT state%'
            """
        #expect(try world.database.run(watching) == "0")
        _ = try await number(other)
        #expect(try world.database.run(watching) != "0")
    }
}
