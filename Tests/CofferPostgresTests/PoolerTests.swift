// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import PostgresServer
import Testing

@testable import CofferPostgres

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct `A pooler that hands sessions on` {
    private static let sentence =
        "a connection pooler stands before the vault's database, and holds no locks; name the server itself"

    @Test func `is noticed before anything is read or made`() async throws {
        let world = try await PostgresWorld()
        let pooler = try PostgresPooler(world.database)
        for _ in 0..<3 {
            let refusal = try await world.refusal(of: pooler.url)
            #expect(refusal?.code == .unsuitable && refusal?.message == Self.sentence)
        }
        try world.database.run("DROP SCHEMA coffer CASCADE")
        await #expect(throws: VaultError(.unsuitable, "")) {
            _ = try await PostgresStore.create(pooler.url, beside: world.folder + "/vault")
        }
        #expect(try world.database.run("SELECT to_regnamespace('coffer') IS NULL") == "t")
    }

    /// With a session for as long as a client stays it would do, but can't be told from the other two.
    @Test(
        .enabled(if: PostgresPooler.isPgBouncerInstalled, "PgBouncer is not installed"),
        arguments: ["transaction", "session", "statement"])
    func `is noticed where it is PgBouncer`(mode: String) async throws {
        let world = try await PostgresWorld()
        let pooler = try PostgresPooler(world.database, pgBouncer: mode)
        for _ in 0..<3 {
            let refusal = try await world.refusal(of: pooler.url)
            #expect(refusal?.code == .unsuitable && refusal?.message == Self.sentence)
        }
    }

    @Test func `is left as it was: who tries again and again fills no table of locks`() async throws {
        let world = try await PostgresWorld()
        let pooler = try PostgresPooler(world.database)
        let count = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE locktype = 'advisory'"
        let own = count + " AND a.datname = current_database()"
        let first = try world.database.run(own)
        let before = try #require(Int(first))
        for _ in 0..<5 {
            let refusal = try await world.refusal(of: pooler.url)
            #expect(refusal != nil)
        }
        // Fewer, where a session of the world's own has ended meanwhile.
        let second = try world.database.run(own)
        let after = try #require(Int(second))
        #expect(after <= before)
    }

    @Test func `and passes on the server's numbers is noticed by the second connection`() async throws {
        let world = try await PostgresWorld()
        let pooler = try PostgresPooler(world.database, .passesNumbers)
        // Nothing tells it from a server before there is somebody to share a session with.
        let store = try await PostgresStore.open(pooler.url, beside: world.folder + "/vault")
        let row = try PostgresWorld.row()
        await #expect(throws: VaultError(.unsuitable, "")) { try await store.write(.synced) { try $0.insert(row) } }
        await #expect(throws: VaultError(.unsuitable, "")) { _ = try await store.tryLock(row.id) }
        let refusal = try await world.refusal(of: pooler.url)
        #expect(refusal?.message == Self.sentence)
        let written = try await world.store.read { try $0.row(id: row.id) }
        #expect(written == nil)
    }

    @Test func `is none where each connection has a session to itself`() async throws {
        let world = try await PostgresWorld()
        let row = try PostgresWorld.row()
        try await world.store.write(.synced) { try $0.insert(row) }
        let lock = try #require(try await world.store.tryLock(row.id) as? SessionLock)
        let (isHeld, found) = (await lock.isHeld(), try await world.reopened().read { try $0.row(id: row.id) })
        #expect(isHeld && found == row)
        // As many marks as connections: no other program's session has one.
        let marks = try world.database.run(
            """
            SELECT count(*) = count(DISTINCT pid) AND count(*) >= 3 FROM pg_locks WHERE locktype = 'advisory'
            AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """)
        #expect(marks == "t")
    }
}
