// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import Foundation

@testable import CofferKeeper

extension KeeperWorld {
    /// Runs a body in a world with an app of the strict server, found by its metadata, and one account.
    static func withStrict<Result: Sendable>(
        account name: String, refreshTokens: RefreshTokenBehaviour, _ body: (KeeperWorld) async throws -> Result
    ) async throws -> Result {
        try await over(.strict) { world in
            try await world.addStrictApp(refreshTokens)
            try await world.connectStrict(name)
            return try await body(world)
        }
    }

    /// Runs a body in a world with another provider's sandbox, and a vault in which nothing is.
    static func over<Result: Sendable>(
        _ provider: SandboxProvider, _ body: (KeeperWorld) async throws -> Result
    ) async throws -> Result {
        let folder = NSTemporaryDirectory() + "coffer-keeper-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let time = MovableTime()
        var configuration = SandboxConfiguration(provider)
        configuration.now = { time.now }
        return try await withSandbox(configuration) { sandbox in
            let transport = NetworkTransport.patient()
            let world = KeeperWorld(folder: folder, sandbox: sandbox, time: time, transport: transport)
            do {
                _ = try await Keeper.initialise(world.location, effects: world.effects())
                let result = try await body(world)
                await transport.shutdown()
                return result
            } catch {
                await transport.shutdown()
                throw error
            }
        }
    }

    private func addStrictApp(_ refreshTokens: RefreshTokenBehaviour) async throws {
        var new = NewApp(clientID: sandbox.integration.clientID)
        new.issuer = sandbox.baseURL
        new.clientSecret = Secret(sandbox.integration.clientSecret)
        new.redirectURI = sandbox.integration.redirectURI
        new.overrides.refreshTokens = refreshTokens
        new.certificateAuthorityPEM = try String(contentsOfFile: sandbox.caFile, encoding: .utf8)
        _ = try await keeper().addApp(Self.app, new)
    }

    private func connectStrict(_ name: String) async throws {
        guard let account = sandbox.accounts.first(where: { $0.name == name }) else {
            throw KeeperError(.notFound, "there is no account \(name) in the sandbox")
        }
        let granted = sandbox.grant(account, to: sandbox.integration)
        let keeper = try await keeper()
        _ = try await keeper.confirm(
            try await keeper.importRefreshToken(Self.path("main/crm/\(name)"), Secret(granted.refreshToken)))
    }
}
