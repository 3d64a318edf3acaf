// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferVault
import Foundation
import PostgresServer
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(3))) struct `A vault that is moved to another place` {
    private static let path = KeeperWorld.path("main/crm/acme")

    /// The vault of a world under another name, with a folder for what a machine keeps.
    private static func location(_ world: KeeperWorld, _ place: String? = nil) -> VaultLocation {
        VaultLocation(
            vaultPath: place ?? world.location.vaultPath, identity: world.location.identity,
            stateFolder: world.folder + "/state")
    }

    @discardableResult
    private static func move(
        _ world: KeeperWorld, from location: VaultLocation, to place: String
    ) async throws -> MigrationSummary {
        let prepared = try await Keeper.prepareMigration(to: place, of: location, effects: world.effects())
        return try await prepared.perform { _ in }
    }

    private static func token(_ world: KeeperWorld, at location: VaultLocation) async throws -> String {
        let keeper = try await Keeper.open(location, effects: world.effects())
        return try await keeper.token(path).credential.value.withExposedText { $0 }
    }

    @Test func `hands out tokens and refreshes them there, and nothing where it was`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let open = try await world.keeper()
            let before = try await world.token("acme")
            let place = FilePathText.absolute("\(world.folder)/data/moved.db")
            let summary = try await Self.move(world, from: Self.location(world), to: place)
            #expect(summary.to == place && !summary.wasBegun && summary.unopened == [])
            await #expect(throws: VaultError(.moved, "")) { _ = try await world.keeper() }
            await #expect(throws: (any Error).self) { _ = try await open.token(Self.path) }
            let moved = Self.location(world, place)
            let after = try await Self.token(world, at: moved)
            #expect(after == before)
            world.time.advance(by: 86_390)
            // Whoever has the old one open sends nothing any more.
            await #expect(throws: (any Error).self) { _ = try await open.token(Self.path) }
            let renewed = try await Self.token(world, at: moved)
            #expect(renewed != before)
            #expect(!FileManager.default.fileExists(atPath: place + ".moving-\(summary.vault)"))
            // Said again, it finds everything done.
            let again = try await Self.move(world, from: Self.location(world), to: place)
            #expect(again.wasBegun && again.entryCount == summary.entryCount)
        }
    }

    /// Puts a copy that was made before a move into the place where the vault was, and gives what opening it ends in.
    private static func reopened(_ world: KeeperWorld, _ location: VaultLocation, movedTo place: String) async throws {
        let copy = world.folder + "/copy.db"
        try await SQLiteStore.open(location.vaultPath).copy(to: copy) { _ in }
        try await Self.move(world, from: location, to: place)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: location.vaultPath + suffix)
        }
        try FileManager.default.copyItem(atPath: copy, toPath: location.vaultPath)
        _ = try await Keeper.open(location, effects: world.effects())
    }

    @Test func `is refused where it was if a copy from just before lies there again`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let location = Self.location(world)
            _ = try await Self.token(world, at: location)
            let place = FilePathText.absolute("\(world.folder)/data/moved.db")
            await #expect(throws: VaultError(.damaged, "")) {
                try await Self.reopened(world, location, movedTo: place)
            }
        }
    }

    #if PostgreSQL
    @Test(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
    func `is refused where it was also if it lies in a database now`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let location = Self.location(world)
            _ = try await Self.token(world, at: location)
            let database = try PostgresServer.shared().makeDatabase()
            await #expect(throws: VaultError(.damaged, "")) {
                try await Self.reopened(world, location, movedTo: database.url)
            }
        }
    }
    #endif

    @Test func `goes neither onto itself nor over anything`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let location = Self.location(world)
            for place in [world.location.vaultPath, "mysql://made-up.example/vault"] {
                await #expect(throws: KeeperError.self) { try await Self.move(world, from: location, to: place) }
            }
            let taken = world.folder + "/taken"
            try Data("made-up".utf8).write(to: URL(fileURLWithPath: taken))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: taken)
            await #expect(throws: VaultError(.foreign, "")) { try await Self.move(world, from: location, to: taken) }
            _ = try await world.keeper()
            #expect(try Data(contentsOf: URL(fileURLWithPath: taken)) == Data("made-up".utf8))
        }
    }

    @Test func `is left to whoever moves it already, with the file that is just being made`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let location = Self.location(world)
            let store = try SQLiteStore.open(location.vaultPath)
            let vaultID = try await store.read { try $0.vaultID() }
            let turn = try await VaultMove.takeTurn(on: store)
            defer { turn.release() }
            let place = FilePathText.absolute("\(world.folder)/data/moved.db")
            let begun = "\(place).moving-\(vaultID)"
            try Data().write(to: URL(fileURLWithPath: begun))
            await #expect(throws: VaultError(.busy, "")) { try await Self.move(world, from: location, to: place) }
            #expect(FileManager.default.fileExists(atPath: begun))
        }
    }

    #if PostgreSQL
    @Test(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
    func `goes into a database and back into a file`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let before = try await world.token("acme")
            let database = try PostgresServer.shared().makeDatabase()
            let there = Self.location(world, database.url)
            try await Self.move(world, from: Self.location(world), to: database.url)
            #expect(try await Self.token(world, at: there) == before)
            world.time.advance(by: 86_390)
            let renewed = try await Self.token(world, at: there)
            #expect(renewed != before)
            let back = FilePathText.absolute("\(world.folder)/data/back.db")
            try await Self.move(world, from: there, to: back)
            await #expect(throws: VaultError(.moved, "")) { _ = try await Self.token(world, at: there) }
            #expect(try await Self.token(world, at: Self.location(world, back)) == renewed)
            // The database's administrator is told no file's name.
            let body = try database.run(
                "SELECT encode(body, 'escape') FROM coffer.manifest ORDER BY epoch DESC LIMIT 1")
            #expect(!body.contains("back.db"))
        }
    }
    #endif
}
