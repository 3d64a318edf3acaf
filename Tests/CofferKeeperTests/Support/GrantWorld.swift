// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation
import GrantServer

@testable import CofferKeeper

/// A vault with an app of a ``GrantServer`` in memory and one connection with two scopes.
struct GrantWorld: Sendable {
    static let app = KeeperWorld.path("main/as")
    static let path = KeeperWorld.path("main/as/alice")

    let location: VaultLocation
    let server = GrantServer(issuer: "https://as.example")
    let time = MovableTime()

    /// Runs a body in a world.
    static func with<Result: Sendable>(
        _ narrowing: ProviderDescription.NarrowingMethod? = nil, connects: Bool = true,
        habits: GrantServer.Habits = GrantServer.Habits(),
        _ body: (GrantWorld) async throws -> Result
    ) async throws -> Result {
        let folder = NSTemporaryDirectory() + "coffer-keeper-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = GrantWorld(
            location: VaultLocation(vaultPath: "\(folder)/vault.db", identity: .file("\(folder)/identity")))
        world.server.behave { $0 = habits }
        _ = try await Keeper.initialise(world.location, effects: world.effects())
        var new = NewApp(clientID: GrantServer.clientID)
        new.issuer = world.server.issuer
        new.clientSecret = Secret(GrantServer.clientSecret)
        new.scope = "orders:read orders:write"
        new.overrides = DescriptionOverrides(
            refreshTokens: RefreshTokenBehaviour(rotation: .always, grace: .seconds(600)), narrowing: narrowing)
        _ = try await world.keeper().addApp(app, new)
        if connects { try await world.connect(path) }
        return try await body(world)
    }

    func connect(_ path: CredentialPath) async throws {
        let keeper = try await keeper()
        let granted = server.grant(scope: "orders:read orders:write")
        _ = try await keeper.confirm(try await keeper.importRefreshToken(path, Secret(granted.refresh)))
    }

    func keeper(_ life: Life = Life(), identity: IdentityText? = nil) async throws -> Keeper {
        let store = WatchedStore(try SQLiteStore.open(location.vaultPath), life: life)
        let text: IdentityText
        if let identity { text = identity } else { text = try await location.identity.read() }
        let vault = try await Vault.unlock(store, with: text, now: { time.now })
        return Keeper(vault: vault, effects: effects(life))
    }

    /// Opens the vault as a process with another network.
    func keeper(over transport: any HTTPTransport) async throws -> Keeper {
        var effects = effects()
        effects.transport = transport
        return try await Keeper.open(location, effects: effects)
    }

    /// What the server says of the whole token that is handed out.
    func rights(of value: Secret) -> GrantServer.Rights? { value.withExposedText { server.rights(of: $0) } }

    func refreshToken() async throws -> String {
        try await keeper().get(Self.path, field: "refresh_token").withExposedText { $0 }
    }

    /// A reader of the space.
    func reader() async throws -> IdentityText {
        let identity = try Identity.generate()
        return try await keeper().vault.addMember(
            identity.publicIdentity, name: "reader", role: .reader, spaces: ["main"]
        ).accepted(by: identity)
    }

    private func effects(_ life: Life = Life()) -> KeeperEffects {
        KeeperEffects(
            transport: MortalTransport(network: GrantTransport(server: server), life: life), now: { time.now },
            clock: HastyClock(), random: { 0.5 })
    }
}

/// The network, on which something else happens before a request arrives.
struct MeddledTransport: HTTPTransport {
    let server: GrantServer
    /// Answers itself, or lets the request go on to the server.
    let meddle: @Sendable (HTTPMessage) async -> TransportOutcome?

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        if let outcome = await meddle(request) { return outcome }
        return await GrantTransport(server: server).send(request, deadline: deadline)
    }
}

/// The network, with nothing on it but one server.
struct GrantTransport: HTTPTransport {
    let server: GrantServer

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let reply = server.answer(
            GrantServer.Request(
                target: request.destination.url.pathAndQuery, body: request.body?.withExposedText { $0 } ?? "",
                authorization: request.authorization?.withExposedText { $0 } ?? ""))
        if reply.isLost { return .lost(TransportFailure(.connection, "the answer was lost")) }
        return .answered(
            HTTPAnswer(
                status: reply.status, headers: [("Content-Type", "application/json")], body: Secret(reply.body)))
    }
}
