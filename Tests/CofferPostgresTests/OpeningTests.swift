// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import PostgresServer
import Testing

@testable import CofferPostgres

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct `A vault in a database` {
    @Test func `is made once, and not found where there is none`() async throws {
        let world = try await PostgresWorld()
        let (url, prefix) = (world.database.url, world.folder + "/vault")
        await #expect(throws: VaultError(.exists, "")) { _ = try await PostgresStore.create(url, beside: prefix) }
        let empty = try PostgresServer.shared().makeDatabase()
        await #expect(throws: VaultError(.missing, "")) { _ = try await PostgresStore.open(empty.url, beside: prefix) }
    }

    @Test func `is reached over loopback with a password out of a file`() async throws {
        let world = try await PostgresWorld()
        let row = try PostgresWorld.row()
        try await world.store.write(.synced) { try $0.insert(row) }
        let other = try await PostgresStore.open(world.database.loopbackURL, beside: world.folder + "/vault")
        let found = try await other.read { try $0.row(id: row.id) }
        #expect(found == row)
    }

    @Test func `of a newer program is neither opened nor written`() async throws {
        let world = try await PostgresWorld()
        try world.database.run("UPDATE coffer.format SET version = 2")
        await #expect(throws: VaultError(.newerFormat, "")) { _ = try await world.reopened() }
        let row = try PostgresWorld.row()
        await #expect(throws: VaultError(.newerFormat, "")) {
            try await world.store.write(.synced) { try $0.insert(row) }
        }
    }

    @Test func `is upgraded all the way or not at all, and older programs refuse it then`() async throws {
        let world = try await PostgresWorld()
        let steps = [
            "CREATE TABLE coffer.made_up (a bigint)", "ALTER TABLE coffer.made_up ADD COLUMN b bigint NOT NULL",
        ]
        let broken = steps + ["CREATE TABLE coffer.entry (a bigint)"]
        await #expect(throws: VaultError.self) { _ = try await PostgresStore.upgrade(world.database.url, by: broken) }
        #expect(try world.database.run("SELECT to_regclass('coffer.made_up') IS NULL") == "t")
        let change = try await PostgresStore.upgrade(world.database.url, by: steps)
        #expect(change == FormatChange(from: 1, to: 3))
        let again = try await PostgresStore.upgrade(world.database.url, by: steps)
        #expect(again == FormatChange(from: 3, to: 3))
        await #expect(throws: VaultError(.newerFormat, "")) { _ = try await world.reopened() }
        await #expect(throws: VaultError(.newerFormat, "")) {
            _ = try await PostgresStore.upgrade(world.database.url)
        }
    }

    @Test func `that is not there is not upgraded`() async throws {
        let empty = try PostgresServer.shared().makeDatabase()
        await #expect(throws: VaultError(.missing, "")) { _ = try await PostgresStore.upgrade(empty.url) }
    }

    @Test func `without its format is damaged`() async throws {
        let world = try await PostgresWorld()
        try world.database.run("DELETE FROM coffer.format")
        await #expect(throws: VaultError.damaged) { _ = try await world.reopened() }
        await #expect(throws: VaultError.damaged) {
            try await world.store.write(.flushed) { try $0.removeJournal(of: .random()) }
        }
    }

    @Test func `that may only be read says so`() async throws {
        let world = try await PostgresWorld()
        let name = try world.database.run("SELECT current_database()")
        try world.database.run("ALTER DATABASE \(name) SET default_transaction_read_only = on")
        let other = try await world.reopened()
        #expect(other.isReadOnly)
        #expect(try await other.read { try $0.newestEpoch() } == 0)
        await #expect(throws: VaultError(.unreadable, "")) {
            try await other.write(.synced) { try $0.removeJournal(of: .random()) }
        }
    }

    @Test func `with tables that somebody changed is noticed`() async throws {
        let world = try await PostgresWorld()
        #expect(try await world.store.integrity() == [])
        try world.database.run(
            """
            CREATE FUNCTION public.made_up() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER made_up BEFORE INSERT ON coffer.entry FOR EACH ROW EXECUTE FUNCTION public.made_up();
            DROP INDEX coffer.entry_due
            """)
        let problems = try await world.store.integrity()
        #expect(problems.count == 2)
        #expect(problems.contains("there is trigger made_up, which Coffer did not make"))
        #expect(problems.contains { $0.hasPrefix("there is no index entry_due") })
    }

    @Test(arguments: [
        ("ALTER TABLE coffer.entry SET UNLOGGED", "there is unlogged table entry, which Coffer did not make"),
        (
            "ALTER TABLE coffer.entry ENABLE ROW LEVEL SECURITY",
            "there is row security of entry, which Coffer did not make"
        ),
        (
            "CREATE TABLE public.made_up () INHERITS (coffer.entry)",
            "there is child made_up of entry, which Coffer did not make"
        ),
        (
            "ALTER TABLE coffer.entry ADD CONSTRAINT made_up CHECK (kind > 0)",
            "there is constraint made_up: CHECK ((kind > 0))"
        ),
        ("CREATE RULE made_up AS ON DELETE TO coffer.wish DO INSTEAD NOTHING", "there is rule made_up"),
        (
            """
            ALTER TABLE coffer.wish RENAME TO made_up; CREATE VIEW coffer.wish AS SELECT * FROM coffer.made_up
            """, "there is object wish"
        ),
        ("CREATE FUNCTION coffer.made_up() RETURNS bigint LANGUAGE sql AS 'SELECT 1'", "there is function made_up"),
    ])
    func `is noticed to have other tables`(sql: String, said: String) async throws {
        let world = try await PostgresWorld()
        try world.database.run(sql)
        let problems = try await world.store.integrity()
        #expect(problems.contains { $0.hasPrefix(said) }, "\(problems)")
    }

    @Test func `that holds no text for a state keeps the row`() async throws {
        let world = try await PostgresWorld()
        let row = try PostgresWorld.row(state: nil)
        try await world.store.write(.synced) { try $0.insert(row) }
        let found = try await world.store.read { try $0.row(id: row.id) }
        #expect(found == row)
    }
}
