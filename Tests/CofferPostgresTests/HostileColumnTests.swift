// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferPostgres
import CofferVault
import PostgresServer
import Testing

/// What no constraint keeps an administrator from, as he can take it away: nothing in a column, and far too much.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `A vault's table with a column that somebody has filled` {
    private static let id = #"'\x01010101010101010101010101010101'"#
    private static let hash = "decode(repeat('02', 32), 'hex')"
    private static let signature = "decode(repeat('03', 64), 'hex')"

    /// A row of each table, in order of its columns.
    private static let rows: [String: String] = [
        "format": "(1, 1)",
        "manifest": #"(1, '\x01')"#,
        "entry": #"(\#(id), \#(id), \#(hash), 1, 1, 1, '\x01', '\x01', 1, 'active', \#(signature))"#,
        "audit": #"(\#(hash), 1, \#(hash), '\x01')"#,
        "audit_binding": "(\(id), 1, \(hash), 1)",
        "fingerprint": "(\(id), \(hash), \(id), 1, 1, false)",
        "journal": #"(\#(id), 0, \#(id), 1, '\x01', \#(signature), 1)"#,
        "wish": #"(\#(id), \#(hash), '\x01')"#,
        "bundle": #"(1, '\x01')"#,
        "collected": #"(\#(id), 1, '\x01')"#,
        "passphrase": #"(\#(hash), '\x01')"#,
        "change": "(1, 1, 1)",
    ]

    private static let space: SpaceID? = try? SpaceID([UInt8](repeating: 1, count: SpaceID.byteCount))
    private static let signer: SigningPublicKey? = try? SigningPublicKey([UInt8](repeating: 2, count: 32))

    /// Everything that can be asked of a store.
    private static func readings(
        _ space: SpaceID, _ entry: EntryID, _ signer: SigningPublicKey, _ tag: Digest, _ bundle: VaultID
    ) -> [@Sendable (any StoreReading) throws -> Void] {
        [
            { _ = try $0.vaultID() }, { _ = try $0.newestEpoch() }, { _ = try $0.manifests(from: 0) },
            { _ = try $0.row(id: entry) }, { _ = try $0.row(space: space, lookup: tag) },
            { _ = try $0.rows(space: space) }, { _ = try $0.rows(space: space, after: nil, limit: 9) },
            { _ = try $0.rows(space: space, dueBy: .max, limit: 9) },
            { _ = try $0.due(space: space, by: .max, limit: 9) },
            { _ = try $0.nextDue(space: space, after: 0) }, { _ = try $0.oldestGeneration(space: space) },
            { _ = try $0.entryCount(space: space) }, { _ = try $0.entryKeys(after: [], limit: 9) },
            { _ = try $0.heads() }, { _ = try $0.head(of: signer) },
            { _ = try $0.events(of: signer, from: 1, limit: 9) },
            { _ = try $0.storedEvents(of: signer, from: 1, limit: 9) }, { _ = try $0.newestWrite(of: entry) },
            { _ = try $0.writes(of: entry, from: 1, limit: 9) }, { _ = try $0.bindings(after: nil, limit: 9) },
            { _ = try $0.fingerprint(space: space, tag: tag) },
            { _ = try $0.fingerprints(space: space, after: nil, limit: 9) }, { _ = try $0.journal(of: entry) },
            { _ = try $0.journalBeginnings(space: space) }, { _ = try $0.journalKeys() },
            { _ = try $0.wishes(limit: 9) }, { _ = try $0.unreadableWishCount() },
            { _ = try $0.passphraseBox(of: signer) }, { _ = try $0.passphraseBoxSigners() },
            { _ = try $0.bundleEnvelope() }, { _ = try $0.collectedBundles() },
            { _ = try $0.collectedEvents(of: bundle, from: 1, limit: 9) },
        ]
    }

    @Test(arguments: rows.keys.sorted())
    func `is refused in one sentence, or read as it is`(table: String) async throws {
        let world = try await PostgresWorld()
        let space = try #require(Self.space)
        let signer = try #require(Self.signer)
        let readings = Self.readings(
            space, try EntryID(space.bytes), signer, try Digest(signer.bytes), try VaultID(space.bytes))
        try loosen(table, in: world)
        let columns = try world.database.run(
            """
            SELECT column_name || ' ' || data_type FROM information_schema.columns
            WHERE table_schema = 'coffer' AND table_name = '\(table)' ORDER BY 1
            """
        ).split(separator: "\n").map { line in line.split(separator: " ", maxSplits: 1).map { String($0) } }
        #expect(!columns.isEmpty)
        for column in columns {
            for value in ["NULL", Self.huge(column[1])] {
                try world.database.run("UPDATE coffer.\(table) SET \(column[0]) = \(value)")
                for reading in readings { await expectRefusal(of: world.store, reading) }
                do { _ = try await world.reopened() } catch { #expect(error is VaultError, "\(column): \(error)") }
                do { try await world.store.write(.flushed) { try $0.removeJournal(of: .random()) } } catch {
                    #expect(error is VaultError, "\(column): \(error)")
                }
                try fill(table, in: world)
            }
        }
    }

    private func expectRefusal(
        of store: PostgresStore, _ reading: @escaping @Sendable (any StoreReading) throws -> Void
    ) async {
        do { try await store.read(reading) } catch { #expect(error is VaultError, "\(error)") }
    }

    /// Takes away what would keep a value out, and puts a row there.
    private func loosen(_ table: String, in world: PostgresWorld) throws {
        try world.database.run(
            """
            DO $$ DECLARE c record; BEGIN
                FOR c IN SELECT conname FROM pg_constraint WHERE conrelid = 'coffer.\(table)'::regclass AND contype <> 'n' LOOP
                    EXECUTE 'ALTER TABLE coffer.\(table) DROP CONSTRAINT ' || c.conname;
                END LOOP;
                FOR c IN SELECT indexname FROM pg_indexes WHERE schemaname = 'coffer' AND tablename = '\(table)' LOOP
                    EXECUTE 'DROP INDEX coffer.' || c.indexname;
                END LOOP;
                FOR c IN SELECT attname FROM pg_attribute WHERE attrelid = 'coffer.\(table)'::regclass AND attnum > 0 LOOP
                    EXECUTE 'ALTER TABLE coffer.\(table) ALTER COLUMN ' || c.attname || ' DROP IDENTITY IF EXISTS';
                    EXECUTE 'ALTER TABLE coffer.\(table) ALTER COLUMN ' || c.attname || ' DROP NOT NULL';
                END LOOP;
            END $$
            """)
        try fill(table, in: world)
    }

    private func fill(_ table: String, in world: PostgresWorld) throws {
        let row = try #require(Self.rows[table])
        try world.database.run("DELETE FROM coffer.\(table); INSERT INTO coffer.\(table) VALUES \(row)")
    }

    /// The most of a type that is quickly made.
    private static func huge(_ type: String) -> String {
        switch type {
        case "bytea": "decode(repeat('ff', 1000000), 'hex')"
        case "bigint": "9223372036854775807"
        case "boolean": "true"
        default: "repeat('a', 1000000)"
        }
    }
}
