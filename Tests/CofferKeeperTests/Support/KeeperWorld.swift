// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// A vault in a folder of its own, a sandbox over real TLS, and time that moves by hand for both.
struct KeeperWorld: Sendable {
    static let app = path("main/crm")

    let folder: String
    let sandbox: Sandbox
    let time: MovableTime
    let transport: NetworkTransport

    var location: VaultLocation {
        VaultLocation(vaultPath: "\(folder)/data/vault.db", identity: .file("\(folder)/config/identity"))
    }

    /// Opens the vault as another process would: nothing is shared but the files.
    func keeper(transport other: (any HTTPTransport)? = nil) async throws -> Keeper {
        try await Keeper.open(location, effects: effects(other))
    }

    /// Opens it over a store of the test's, as a process that meets trouble or its end.
    func keeper(
        watched: (SQLiteStore) -> WatchedStore, transport other: (any HTTPTransport)? = nil, log: KeeperLog = .silent
    ) async throws -> Keeper {
        let store = watched(try SQLiteStore.open(location.vaultPath))
        let vault = try await Vault.unlock(store, with: await location.identity.read(), now: { time.now })
        return Keeper(vault: vault, effects: effects(other, log: log))
    }

    func effects(_ other: (any HTTPTransport)? = nil, log: KeeperLog = .silent) -> KeeperEffects {
        KeeperEffects(
            transport: other ?? transport, now: { time.now }, clock: HastyClock(), random: { 0.5 }, log: log)
    }

    /// Runs a body in a world with an app and, unless told otherwise, three accounts and amoCRM's refresh tokens.
    static func with<Result: Sendable>(
        accounts: [String] = ["acme", "birch", "cedar"], lifetime: Duration = .seconds(86400),
        refreshTokens: RefreshTokenBehaviour? = nil, _ body: (KeeperWorld) async throws -> Result
    ) async throws -> Result {
        let folder = NSTemporaryDirectory() + "coffer-keeper-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let time = MovableTime()
        var configuration = SandboxConfiguration()
        configuration.now = { time.now }
        configuration.limits = .unlimited
        configuration.lifetimes.accessToken = lifetime
        return try await withSandbox(configuration) { sandbox in
            let transport = NetworkTransport.patient()
            let world = KeeperWorld(folder: folder, sandbox: sandbox, time: time, transport: transport)
            do {
                _ = try await Keeper.initialise(world.location, effects: world.effects())
                try await world.addApp(refreshTokens)
                for account in accounts { try await world.connect(account) }
                let result = try await body(world)
                await transport.shutdown()
                return result
            } catch {
                await transport.shutdown()
                throw error
            }
        }
    }

    func addApp(_ refreshTokens: RefreshTokenBehaviour? = nil) async throws {
        var new = NewApp(clientID: sandbox.integration.clientID)
        new.providerID = "amocrm"
        new.clientSecret = Secret(sandbox.integration.clientSecret)
        new.redirectURI = sandbox.integration.redirectURI
        new.sandboxURL = sandbox.baseURL
        new.overrides.refreshTokens = refreshTokens
        new.certificateAuthorityPEM = try String(contentsOfFile: sandbox.caFile, encoding: .utf8)
        _ = try await keeper().addApp(Self.app, new)
    }

    /// Connects an account by a pasted callback.
    @discardableResult
    func connect(_ account: String) async throws -> ConnectionView {
        try await keeper().confirm(try await found(account))
    }

    /// Authorises an account up to where it waits to be confirmed, under its own name or another's.
    func found(_ account: String, at name: String? = nil, with other: Keeper? = nil) async throws -> FoundAccount {
        let own = try await keeper()
        let keeper = other ?? own
        let path = Self.path("main/crm/\(name ?? account)")
        let attempt = try AuthorizationAttempt(try await keeper.registration(forConnecting: path))
        let state = try #require(attempt.state).withExposedText { $0 }
        let callback = try sandbox.authorize(account: account, state: state).callbackURL
        return try await keeper.finishConnecting(path, with: CallbackParser(attempt).parse(callback))
    }

    func refreshToken(_ account: String) async throws -> String {
        try await keeper().get(Self.path("main/crm/\(account)"), field: "refresh_token").withExposedText { $0 }
    }

    func state(_ account: String) async throws -> String? {
        try await keeper().status().first { $0.path == "main/crm/\(account)" }?.state
    }

    /// How often a refresh token was presented.
    func presented(_ token: String) -> Int { sandbox.log.requests(carrying: token).count }

    /// Copies the vault's files as somebody who reads the disk does.
    func stealVault() throws {
        try FileManager.default.createDirectory(
            atPath: "\(folder)/stolen", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: location.vaultPath + suffix) {
            try FileManager.default.copyItem(
                atPath: location.vaultPath + suffix, toPath: "\(folder)/stolen/vault.db" + suffix)
        }
    }

    /// Opens the copy.
    func thief() async throws -> Keeper {
        try await Keeper.open(
            VaultLocation(vaultPath: "\(folder)/stolen/vault.db", identity: location.identity), effects: effects())
    }

    static func path(_ text: String) -> CredentialPath {
        do { return try CredentialPath(text) } catch { preconditionFailure("\(error)") }
    }

    /// The text of a token, for asking the sandbox about it.
    func token(_ account: String) async throws -> String {
        let handout = try await keeper().token(Self.path("main/crm/\(account)"))
        return handout.credential.value.withExposedText { $0 }
    }
}
