// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation

@testable import CofferKeeper

/// A vault with one app of a ``RegistrationServer`` and one connection.
struct RegistrationWorld: Sendable {
    static let app = KeeperWorld.path("main/as")
    static let path = KeeperWorld.path("main/as/one")

    let location: VaultLocation
    let server = RegistrationServer()
    let time = MovableTime()

    static func with<Result: Sendable>(_ body: (RegistrationWorld) async throws -> Result) async throws -> Result {
        let folder = NSTemporaryDirectory() + "coffer-keeper-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let world = RegistrationWorld(
            location: VaultLocation(vaultPath: "\(folder)/vault.db", identity: .file("\(folder)/identity")))
        _ = try await Keeper.initialise(world.location, effects: world.effects(world.server))
        var new = NewApp(clientID: RegistrationServer.clientID)
        new.issuer = RegistrationServer.issuer
        new.clientSecret = Secret(RegistrationServer.firstSecret)
        new.registration = RegistrationAccess(
            uri: "\(RegistrationServer.issuer)/register/client-1", token: Secret("zq7-marker-registration-token"))
        // The server repeats its answers, so that a death is survived by the grant too.
        new.overrides = DescriptionOverrides(
            refreshTokens: RefreshTokenBehaviour(rotation: .always, grace: .seconds(600), retryAfterLostAnswer: true))
        let keeper = try await world.keeper()
        _ = try await keeper.addApp(Self.app, new)
        let found = try await keeper.importRefreshToken(Self.path, Secret(RegistrationServer.firstRefreshToken))
        _ = try await keeper.confirm(found)
        return try await body(world)
    }

    func keeper(
        _ life: Life = Life(), log: KeeperLog = .silent,
        obstacle: @escaping @Sendable (Int, Durability) throws -> Void = { _, _ in }
    ) async throws -> Keeper {
        let store = WatchedStore(try SQLiteStore.open(location.vaultPath), life: life, obstacle: obstacle)
        let vault = try await Vault.unlock(store, with: location.identity.read(), now: { time.now })
        return Keeper(vault: vault, effects: effects(MortalTransport(network: server, life: life), log))
    }

    /// Every file beside and with the vault, the identity's apart.
    func files() throws -> [(name: String, bytes: Data)] {
        let folder = FilePathText.folder(of: location.vaultPath)
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.filter { $0 != "identity" }.compactMap { name in
            FileManager.default.contents(atPath: "\(folder)/\(name)").map { (name, $0) }
        }
    }

    private func effects(_ transport: any HTTPTransport, _ log: KeeperLog = .silent) -> KeeperEffects {
        KeeperEffects(transport: transport, now: { time.now }, clock: HastyClock(), random: { 0.5 }, log: log)
    }
}
