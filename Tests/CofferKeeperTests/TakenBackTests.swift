// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferPostgres
import CofferVault
import GrantServer
import PostgresServer
import Testing

@testable import CofferKeeper

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `A database that was restored from a dump` {
    /// Dumps the vault, uses its refresh token on a machine that remembers, and takes the dump back.
    private static func with(_ body: (DatabaseWorld, SeenPlace) async throws -> Void) async throws {
        try await DatabaseWorld.with { world in
            let place = SeenPlace(folder: world.folder + "/seen", warn: { _ in })
            try world.database.dump(to: world.folder + "/dump")
            let keeper = try await Self.keeper(world, place)
            _ = try await keeper.refresh(.forced(DatabaseWorld.path))
            await keeper.landed()
            try world.database.takeBack(from: world.folder + "/dump")
            try await body(world, place)
        }
    }

    /// Opens the vault as a machine that remembers what it saw.
    private static func keeper(_ world: DatabaseWorld, _ place: SeenPlace) async throws -> Keeper {
        let vault = try await Vault.unlock(
            try await world.store(), with: world.owner, remembering: place, now: { world.time.now })
        return Keeper(vault: vault, effects: world.effects)
    }

    @Test func `is refused by who has seen newer until an owner signs it`() async throws {
        try await Self.with { world, place in
            await #expect(throws: VaultError(.damaged, "")) { _ = try await Self.keeper(world, place) }
            let store = try await world.store()
            let done = try await Keeper.acceptTakenBack(
                store, with: world.owner, seenAt: place, effects: world.effects)
            #expect(done.spent == [DatabaseWorld.path.description] && done.doubtful.isEmpty)
            let keeper = try await Self.keeper(world, place)
            let asked = world.server.requests(to: "/token").count
            _ = try? await keeper.refresh(.forced(DatabaseWorld.path))
            #expect(try await keeper.pair(DatabaseWorld.path).connection.state == .needsReauthorization)
            // The refresh token of the dump was used since: it is sent by nobody.
            #expect(world.server.requests(to: "/token").count == asked)
            #expect(!world.server.hasSeenReuse)
        }
    }

    /// How a database comes to be somewhere else as it was earlier.
    enum Copy: CaseIterable, Sendable {
        case dump
        case pointInTime
    }

    @Test(arguments: Copy.allCases)
    func `into another server is refused in the same way, and sends no refresh token that was used since`(
        copy: Copy
    ) async throws {
        let source = try PostgresServer.alone()
        try await DatabaseWorld.with(on: source) { world in
            let place = SeenPlace(folder: world.folder + "/seen", warn: { _ in })
            let path = world.folder + "/copy"
            switch copy {
            case .dump: try world.database.dump(to: path)
            case .pointInTime:
                try source.copy(to: path)
                try world.database.run("SELECT pg_create_restore_point('before')")
            }
            let first = try await Self.keeper(world, place)
            _ = try await first.refresh(.forced(DatabaseWorld.path))
            await first.landed()
            let database: PostgresDatabase
            switch copy {
            case .dump:
                database = try PostgresServer.shared().makeDatabase()
                try database.takeBack(from: path)
            case .pointInTime: database = try world.database.on(source.recovered(from: path, upTo: "before"))
            }
            let restored = world.at(database)
            await #expect(throws: VaultError(.damaged, "")) { _ = try await Self.keeper(restored, place) }
            let store = try await restored.store()
            let done = try await Keeper.acceptTakenBack(
                store, with: world.owner, seenAt: place, effects: world.effects)
            #expect(done.spent == [DatabaseWorld.path.description] && done.doubtful.isEmpty)
            let keeper = try await Self.keeper(restored, place)
            let asked = world.server.requests(to: "/token").count
            _ = try? await keeper.refresh(.forced(DatabaseWorld.path))
            #expect(world.server.requests(to: "/token").count == asked && !world.server.hasSeenReuse)
            let report = try await keeper.vault.verify()
            #expect(report.isSound)
            #expect(try await store.integrity() == [])
        }
    }

    @Test func `is doubtful where nobody knows what was used since`() async throws {
        try await Self.with { world, place in
            let store = try await world.store()
            let done = try await Keeper.acceptTakenBack(store, with: world.owner, seenAt: nil, effects: world.effects)
            #expect(done.doubtful == [DatabaseWorld.path.description] && done.spent.isEmpty)
            let keeper = try await Self.keeper(world, place)
            #expect(try await keeper.pair(DatabaseWorld.path).connection.state == .indeterminate)
            let report = try await keeper.vault.verify()
            #expect(report.isSound)
        }
    }

    @Test func `is not accepted half-way`() async throws {
        try await Self.with { world, place in
            // The signature is refused, after all that comes before it was written.
            try world.database.run("ALTER TABLE coffer.manifest ADD CONSTRAINT made_up CHECK (false) NOT VALID")
            let store = try await world.store()
            await #expect(throws: VaultError.self) {
                _ = try await Keeper.acceptTakenBack(
                    store, with: world.owner, seenAt: place, effects: world.effects)
            }
            await #expect(throws: VaultError(.damaged, "")) { _ = try await Self.keeper(world, place) }
            try world.database.run("ALTER TABLE coffer.manifest DROP CONSTRAINT made_up")
            _ = try await Keeper.acceptTakenBack(store, with: world.owner, seenAt: place, effects: world.effects)
            let keeper = try await Self.keeper(world, place)
            #expect(try await keeper.pair(DatabaseWorld.path).connection.state == .needsReauthorization)
        }
    }

    @Test func `is none if only events of reading were lost, as in a crash`() async throws {
        try await DatabaseWorld.with { world in
            let place = SeenPlace(folder: world.folder + "/seen", warn: { _ in })
            let newest = "DELETE FROM coffer.audit WHERE sequence = (SELECT max(sequence) FROM coffer.audit)"
            _ = try await Self.keeper(world, place).token(DatabaseWorld.path)
            // Has seen the event.
            _ = try await Self.keeper(world, place)
            try world.database.run(newest)
            _ = try await Self.keeper(world, place).put(KeeperWorld.path("main/key"), Secret("made-up"))
            // What was synced is lost by nothing but somebody's hand.
            try world.database.run(newest)
            await #expect(throws: VaultError(.damaged, "")) { _ = try await Self.keeper(world, place) }
        }
    }

    @Test func `is signed by an owner only`() async throws {
        try await DatabaseWorld.with { world in
            let issuer = try await world.join("agent", .issuer)
            try world.database.dump(to: world.folder + "/dump")
            try world.database.takeBack(from: world.folder + "/dump")
            let store = try await world.store()
            await #expect(throws: VaultError(.notPermitted, "")) {
                _ = try await Keeper.acceptTakenBack(store, with: issuer, seenAt: nil, effects: world.effects)
            }
        }
    }
}
