// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import PostgresServer
import Testing

@testable import CofferPostgres

/// What packaging/postgresql/roles.sql grants, statement by statement.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct `A user of the vault's database` {
    /// Who may run a statement: this user, and those after.
    private enum Least: Int {
        case reader, issuer, owner, nobody
    }

    private static let statements: [(least: Least, sql: String)] = [
        (.reader, "SELECT version FROM coffer.format WHERE place = 1 FOR UPDATE"),
        (.reader, "SELECT id FROM coffer.entry"),
        (.reader, #"INSERT INTO coffer.audit VALUES ('\x01', 1, '\x01', '\x01') ON CONFLICT DO NOTHING"#),
        (
            .reader,
            #"""
            INSERT INTO coffer.wish VALUES ('\x01', '\x01', '\x01')
            ON CONFLICT (entry, signer) DO UPDATE SET body = excluded.body
            """#
        ),
        (.reader, "DELETE FROM coffer.wish"),
        (
            .reader,
            #"""
            INSERT INTO coffer.passphrase VALUES ('\x01', '\x01')
            ON CONFLICT (signer) DO UPDATE SET body = excluded.body
            """#
        ),
        (.reader, "SELECT state, wish FROM coffer.change"),
        (.reader, "UPDATE coffer.change SET wish = 7 WHERE place = 1"),
        (.reader, "SELECT pg_notify('coffer', 'w7')"),
        (.reader, "LISTEN coffer"),
        (.reader, "INSERT INTO coffer.pace VALUES (1, 1, 1, 1, 1, 1) ON CONFLICT DO NOTHING"),
        (.reader, "UPDATE coffer.pace SET until = 2 WHERE name = 1 AND until = 1"),
        (.reader, "DELETE FROM coffer.pace WHERE until = 1"),
        (.issuer, "UPDATE coffer.change SET state = 7 WHERE place = 1"),
        (
            .issuer,
            #"""
            INSERT INTO coffer.claim VALUES ('\x01', '\x01', 1)
            ON CONFLICT (entry) DO UPDATE SET holder = excluded.holder, until = excluded.until
            """#
        ),
        (.issuer, "DELETE FROM coffer.claim WHERE until = 1"),
        (.issuer, "SELECT id FROM coffer.entry LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"),
        (.issuer, "UPDATE coffer.entry SET version = version + 1"),
        (.issuer, "DELETE FROM coffer.entry"),
        (
            .issuer,
            #"""
            INSERT INTO coffer.fingerprint AS f VALUES ('\x01', '\x01', '\x01', 1, 1, false)
            ON CONFLICT (space, tag) DO UPDATE SET spent = f.spent OR excluded.spent
            """#
        ),
        (
            .issuer,
            #"""
            INSERT INTO coffer.audit_binding VALUES ('\x01', 1, '\x01', 1)
            ON CONFLICT (entry, version) DO UPDATE SET signer = excluded.signer, sequence = excluded.sequence
            """#
        ),
        (
            .issuer,
            #"""
            INSERT INTO coffer.journal (rotation, position, space, generation, box, signature)
            VALUES ('\x01', 1, '\x01', 1, '\x01', '\x01')
            """#
        ),
        (.issuer, #"INSERT INTO coffer.collected VALUES ('\x01', 1, '\x01')"#),
        (.owner, #"INSERT INTO coffer.manifest VALUES (9, '\x01')"#),
        (.owner, "DELETE FROM coffer.journal"),
        (.owner, "UPDATE coffer.audit SET hash = hash"),
        (.nobody, "UPDATE coffer.format SET version = 2"),
        (.nobody, "UPDATE coffer.format SET place = 2"),
        (.nobody, "DELETE FROM coffer.format"),
        (.nobody, "DELETE FROM coffer.change"),
        (.nobody, "INSERT INTO coffer.change VALUES (1, 1, 1) ON CONFLICT DO NOTHING"),
        (.nobody, "UPDATE coffer.audit SET body = body"),
        (.nobody, "DELETE FROM coffer.audit"),
        (.nobody, "DELETE FROM coffer.audit_binding"),
        (.nobody, "DELETE FROM coffer.fingerprint"),
        (.nobody, "UPDATE coffer.fingerprint SET tag = tag"),
        (.nobody, "UPDATE coffer.manifest SET body = body"),
        (.nobody, "DELETE FROM coffer.manifest"),
        (.nobody, #"INSERT INTO coffer.bundle VALUES (1, '\x01')"#),
        (.nobody, "DELETE FROM coffer.change"),
        (.nobody, "UPDATE coffer.change SET place = 1"),
        (.nobody, "INSERT INTO coffer.change VALUES (2, 0, 0)"),
        (.nobody, "TRUNCATE coffer.wish"),
        (.nobody, "CREATE TABLE coffer.made_up ()"),
        (.nobody, "CREATE TABLE public.made_up ()"),
        (.nobody, "CREATE TEMPORARY TABLE made_up ()"),
        (.nobody, "CREATE SCHEMA made_up"),
        (.nobody, "ALTER TABLE coffer.entry ADD COLUMN made_up bigint"),
        (.nobody, "DROP TABLE coffer.wish"),
        (.nobody, "CREATE INDEX ON coffer.entry (kind)"),
        (.nobody, "CREATE VIEW coffer.made_up AS SELECT 1"),
        (.nobody, "CREATE FUNCTION coffer.made_up() RETURNS bigint LANGUAGE sql AS 'SELECT 1'"),
        (.nobody, "CREATE FUNCTION public.made_up() RETURNS bigint LANGUAGE sql AS 'SELECT 1'"),
        (
            .nobody,
            """
            CREATE TRIGGER made_up BEFORE UPDATE ON coffer.wish FOR EACH ROW
            EXECUTE FUNCTION suppress_redundant_updates_trigger()
            """
        ),
        (.nobody, "ALTER TABLE coffer.wish DISABLE TRIGGER ALL"),
        (.nobody, "ALTER TABLE coffer.wish OWNER TO CURRENT_USER"),
        (.nobody, "ALTER SCHEMA coffer RENAME TO made_up"),
        (.nobody, "DROP SCHEMA coffer CASCADE"),
        (.nobody, "CREATE ROLE made_up"),
    ]

    @Test func `may do what its group may, and nothing with the tables`() async throws {
        let world = try await PostgresWorld()
        let users = try world.database.makeUsers()
        for (least, sql) in Self.statements {
            for (rank, user) in users.all.enumerated() {
                let isDone = (try? world.database.run("BEGIN; \(sql); ROLLBACK", as: user)) != nil
                #expect(isDone == (rank >= least.rawValue), "\(sql) as \(user)")
            }
        }
        #expect(try await world.store.integrity() == [])
    }

    @Test func `of no group is not let in`() async throws {
        let world = try await PostgresWorld()
        let users = try world.database.makeUsers()
        let other = users.reader + "_not"
        try world.database.run("CREATE ROLE \(other) LOGIN")
        await #expect(throws: VaultError(.unreadable, "")) {
            _ = try await PostgresStore.open(world.database.url(of: other), beside: world.folder + "/vault")
        }
    }

    @Test func `is told in one sentence that it may not`() async throws {
        let world = try await PostgresWorld()
        let users = try world.database.makeUsers()
        let store = try await PostgresStore.open(
            world.database.url(of: users.reader), beside: world.folder + "/vault")
        let row = try PostgresWorld.row()
        do {
            try await store.write(.synced) { try $0.insert(row) }
            Issue.record("it was written")
        } catch let error as VaultError {
            #expect(error.code == .unreadable && error.message.contains("may not do that"))
        }
        #expect(try await store.read { try $0.row(id: row.id) } == nil)
    }

    @Test func `makes a vault, brings it to a newer format and grants anew where the database is his`() async throws {
        let database = try PostgresServer.shared().makeDatabase()
        let maker = try database.makeMaker()
        let prefix = NSTemporaryDirectory() + "coffer-\(UUID().uuidString)"
        let store = try await PostgresStore.create(database.url(of: maker), beside: prefix)
        #expect(!store.isReadOnly)
        try database.makeGroups(as: maker)
        // Another vault's may be there already, and the right to make groups is needed once.
        try database.run("ALTER ROLE \(maker) NOCREATEROLE")
        let change = try await PostgresStore.upgrade(
            database.url(of: maker), by: ["CREATE TABLE coffer.made_up (a bigint)"])
        #expect(change == FormatChange(from: 1, to: 2))
        try database.makeGroups(as: maker)
        let users = try database.makeUsers()
        #expect(try database.run("SELECT count(*) FROM coffer.made_up", as: users.reader) == "0")
        await #expect(throws: VaultError(.unreadable, "")) {
            _ = try await PostgresStore.upgrade(
                database.url(of: users.owner), by: ["SELECT 1", "DROP TABLE coffer.made_up"])
        }
        #expect(try database.run("SELECT version FROM coffer.format") == "2")
    }
}
