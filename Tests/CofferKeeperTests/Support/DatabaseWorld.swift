// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferPostgres
import CofferVault
import Foundation
import GrantServer
import PostgresServer

@testable import CofferKeeper

/// A vault in a database of its own, with an app of a server in memory and one connection.
struct DatabaseWorld: Sendable {
    static let path = KeeperWorld.path("main/as/alice")

    let database: PostgresDatabase
    let folder: String
    let owner: IdentityText
    var server = GrantServer(issuer: "https://as.example")
    var time = MovableTime()

    /// Runs a body in a world; the settings are the server's for the database, before there is a vault in it.
    static func with(
        settings: [String] = [], on server: PostgresServer? = nil, _ body: (DatabaseWorld) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "coffer-keeper-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try (server ?? PostgresServer.shared()).makeDatabase()
        try database.set(settings)
        let store = try await PostgresStore.create(database.url, beside: folder + "/vault")
        let identity = try Identity.generate()
        let time = MovableTime()
        let pin = try await Vault.create(in: store, owner: identity, now: { time.now })
        let world = DatabaseWorld(
            database: database, folder: folder, owner: IdentityText(identity: identity, pin: pin))
        try await world.connect()
        try await body(world)
    }

    /// The same world, with the vault of another database.
    func at(_ database: PostgresDatabase) -> DatabaseWorld {
        DatabaseWorld(database: database, folder: folder, owner: owner, server: server, time: time)
    }

    private func connect() async throws {
        let keeper = try await keeper()
        var new = NewApp(clientID: GrantServer.clientID)
        new.issuer = server.issuer
        new.clientSecret = Secret(GrantServer.clientSecret)
        new.scope = "orders:read orders:write"
        new.overrides = DescriptionOverrides(refreshTokens: RefreshTokenBehaviour(rotation: .always))
        _ = try await keeper.addApp(KeeperWorld.path("main/as"), new)
        let granted = server.grant(scope: "orders:read orders:write")
        _ = try await keeper.confirm(try await keeper.importRefreshToken(Self.path, Secret(granted.refresh)))
    }

    /// Opens the vault as another process would: the owner's or another member's, by the database's administrator or a user.
    func keeper(_ identity: IdentityText? = nil, as user: String? = nil) async throws -> Keeper {
        let vault = try await Vault.unlock(try await store(as: user), with: identity ?? owner, now: { time.now })
        return Keeper(vault: vault, effects: effects)
    }

    /// Opens it as a process of another machine would, whose clock is so many seconds ahead of the server's.
    func machine(_ effects: KeeperEffects, ahead: Int = 0) async throws -> Keeper {
        let store = try await PostgresStore.open(
            database.url, beside: "\(folder)/\(UUID().uuidString)",
            wallClock: { .seconds(Date().timeIntervalSince1970 + Double(ahead)) })
        let now: @Sendable () -> Date = { time.now.addingTimeInterval(Double(ahead)) }
        let vault = try await Vault.unlock(store, with: owner, now: now)
        var effects = effects
        effects.now = now
        return Keeper(vault: vault, effects: effects)
    }

    /// Another handle of the store.
    func store(as user: String? = nil) async throws -> PostgresStore {
        try await PostgresStore.open(user.map { database.url(of: $0) } ?? database.url, beside: folder + "/vault")
    }

    /// Ends the sessions that hold locks of entries, as a server that is restarted does.
    func loseLocks() throws {
        try database.run(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """)
    }

    /// Makes a new member of `main`.
    func join(_ name: String, _ role: Role, as user: String? = nil) async throws -> IdentityText {
        let identity = try Identity.generate()
        let owner = try await keeper(as: user)
        return try await owner.vault.addMember(identity.publicIdentity, name: name, role: role, spaces: ["main"])
            .accepted(by: identity)
    }

    /// The outside world of a process.
    var effects: KeeperEffects {
        KeeperEffects(
            transport: GrantTransport(server: server), now: { time.now }, clock: HastyClock(), random: { 0.5 })
    }
}
