// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferPostgres
import PostgresServer
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite(.timeLimit(.minutes(3))) struct `A move that others disturb` {
    // MARK: - Two of them

    @Test(arguments: MovedStores.present)
    func `is made by one process at a time`(stores: MovedStores) async throws {
        try await stores.with { source, target in
            let world = try await MoveWorld(source, target)
            let before = try await world.values(source)
            let watched = InterposingStore(target, afterWrite: 2) {
                do {
                    _ = try await world.move().run()
                    Issue.record("it was moved twice at once")
                } catch let error as VaultError {
                    #expect(error.code == .busy && error.message.contains("is moving this vault"))
                }
            }
            _ = try await world.move(to: watched).run()
            try await world.expectMoved(before)
        }
    }

    @Test(arguments: MovedStores.present)
    func `puts nothing back into a vault that goes on where another has moved it`(stores: MovedStores) async throws {
        try await stores.with { source, target in
            let world = try await MoveWorld(source, target)
            // The other one finishes, and a refresh token is replaced there, while this one has copied two pages.
            let watched = InterposingStore(target, afterWrite: 2) {
                _ = try await world.move(from: LocklessStore(source)).run()
                let vault = try await world.unlock(target)
                let entry = try #require(try await vault.inspect(Sample.path("main/app/1")))
                _ = try await vault.replace(entry, access: "newer")
            }
            await #expect(throws: VaultError.self) { _ = try await world.move(to: watched).run() }
            let values = try await world.values(target)
            #expect(values.contains { $0.contains("newer") })
            try await world.expectMoved(values)
        }
    }

    // MARK: - Bytes

    /// What somebody does to the rows of a new store, behind its back.
    private static let changes: [@Sendable (inout MemoryStore.Contents) -> Void] = [
        { contents in
            guard let id = contents.entries.keys.first else { return }
            contents.entries[id]?.useBox[0] ^= 1
        },
        { contents in
            guard let id = contents.entries.keys.first else { return }
            contents.entries[id]?.dueAt = 7
        },
        { contents in
            guard let id = contents.entries.keys.first else { return }
            contents.entries[id] = nil
        },
        { contents in
            guard let id = contents.journals.keys.first else { return }
            contents.journals[id]?[0]?.box[0] ^= 1
        },
    ]

    @Test(arguments: changes.indices)
    func `mends what was changed in the new place before it was the vault`(index: Int) async throws {
        let (source, target) = (MemoryStore(), MemoryStore())
        let world = try await MoveWorld(source, target)
        let before = try await world.values(source)
        let dying = FailingStore(source, write: 2, .afterCommit)
        await #expect(throws: FailingStore.Death.self) { _ = try await world.move(from: dying).run() }
        target.tamper { Self.changes[index](&$0) }
        _ = try await world.move().run()
        try await world.expectMoved(before)
        let journals = try await source.read { reader in
            try reader.journalKeys().map { try reader.journal(of: EntryID($0)) }
        }
        let there = try await target.read { reader in
            try reader.journalKeys().map { try reader.journal(of: EntryID($0)) }
        }
        #expect(journals == there)
    }

    @Test func `stays where it is if the new place gives something else than what was written`() async throws {
        let (source, target) = (MemoryStore(), MemoryStore())
        let world = try await MoveWorld(source, target)
        let watched = InterposingStore(target, afterWrite: 2) { target.tamper { Self.changes[0](&$0) } }
        await #expect(throws: VaultError.damaged) { _ = try await world.move(to: watched).run() }
        let opens = await world.opens(source)
        #expect(opens)
    }

    @Test func `says which entry was damaged in the last moment, whatever its signature says`() async throws {
        let source = MemoryStore()
        let world = try await MoveWorld(source, MemoryStore())
        // The second write is the mark: every entry was opened by then.
        let watched = InterposingStore(source, afterWrite: 2) { source.tamper { Self.changes[0](&$0) } }
        let report = try await world.move(from: watched).run()
        #expect(report.unopened.count == 1)
    }

    // MARK: - What lies there

    @Test func `changes nothing in the beginning of another`() async throws {
        let (world, begun) = (
            try await MoveWorld(MemoryStore(), MemoryStore()), try await MoveWorld(MemoryStore(), MemoryStore())
        )
        let dying = FailingStore(begun.source, write: 2, .beforeCommit)
        await #expect(throws: FailingStore.Death.self) { _ = try await begun.move(from: dying).run() }
        let journals = try await begun.target.read { try $0.journalKeys() }
        #expect(!journals.isEmpty)
        await #expect(throws: VaultError(.exists, "")) { _ = try await world.move(to: begun.target).run() }
        let still = try await begun.target.read { try $0.journalKeys() }
        #expect(still == journals)
        _ = try await begun.move().run()
        let opens = await begun.opens(begun.target)
        #expect(opens)
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
    func `goes into no tables that somebody has changed`() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let database = try PostgresServer.shared().makeDatabase()
        let target = try await PostgresStore.create(database.url, beside: folder.file("database"))
        try database.run(
            """
            CREATE FUNCTION public.made_up() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN NEW.use_box = NEW.use_box || NEW.use_box; RETURN NEW; END';
            CREATE TRIGGER made_up BEFORE INSERT ON coffer.entry FOR EACH ROW EXECUTE FUNCTION public.made_up()
            """)
        let world = try await MoveWorld(MemoryStore(), target)
        await #expect(throws: VaultError.damaged) { _ = try await world.move().run() }
        #expect(try database.run("SELECT count(*) FROM coffer.entry") == "0")
        let opens = await world.opens(world.source)
        #expect(opens)
    }
}
