// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth
import CofferSandbox
import CofferVault
import Foundation
import PostgresServer

/// An emulated amoCRM in this process, and a vault with accounts connected to it, for processes that work on it.
struct ProviderWorld {
    /// Where vault and identity lie.
    static func location(in folder: String) -> VaultLocation {
        let database = try? String(contentsOfFile: databaseNote(in: folder), encoding: .utf8)
        return VaultLocation(
            vaultPath: database ?? vaultPath(in: folder), identity: .file(identityPath(in: folder)),
            // A machine's own, of which each process on a database plays one.
            stateFolder: database.map { _ in "\(folder)/state-\(getpid())" })
    }

    private static func vaultPath(in folder: String) -> String { folder + "/data/vault.db" }
    /// Holds the URL of a vault that lies in a database.
    private static func databaseNote(in folder: String) -> String { folder + "/database" }
    private static func identityPath(in folder: String) -> String { folder + "/config/identity" }

    /// The path of an account's connection.
    static func path(_ account: String) throws -> CredentialPath { try CredentialPath("main/crm/\(account)") }

    /// Where vault and identity lie.
    let folder: String
    /// The provider.
    let sandbox: Sandbox

    /// The vault's file, unless it lies in a database.
    var vaultPath: String { Self.vaultPath(in: folder) }
    /// The identity's file.
    var identityPath: String { Self.identityPath(in: folder) }

    /// Runs a body in a world of its own.
    ///
    /// - Parameters:
    ///   - accounts: the accounts to connect, by name.
    ///   - limit: what the provider allows, by its description; nil for no limit.
    ///   - allowed: how many requests the provider really lets through in a second.
    ///   - database: an empty one for the vault; nil for a vault in a file.
    ///   - body: what to do in it.
    /// - Returns: what the body returns.
    /// - Throws: what keeps the world from being made, and what the body throws.
    static func with<Result: Sendable>(
        accounts: [String], limit: RateLimit?, allowed: Int, database: PostgresDatabase? = nil,
        _ body: (ProviderWorld) async throws -> Result
    ) async throws -> Result {
        let folder = NSTemporaryDirectory() + "coffer-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try database?.url.write(toFile: databaseNote(in: folder), atomically: false, encoding: .utf8)
        var configuration = SandboxConfiguration()
        configuration.accountNames = accounts
        configuration.limits.requestsPerSecond = allowed
        configuration.limits.breachesBeforeBlock = .max
        return try await withSandbox(configuration) { sandbox in
            let world = ProviderWorld(folder: folder, sandbox: sandbox)
            let transport = NetworkTransport(userAgent: "coffer/bench")
            do {
                try await world.connect(accounts, limit, transport)
                await transport.shutdown()
                return try await body(world)
            } catch {
                await transport.shutdown()
                throw error
            }
        }
    }

    /// Opens the vault in this process.
    ///
    /// - Parameter body: what to do with it.
    /// - Returns: what the body returns.
    /// - Throws: what keeps the vault from being opened, and what the body throws.
    func withKeeper<Value>(_ body: (Keeper) async throws -> Value) async throws -> Value {
        let transport = NetworkTransport(userAgent: "coffer/bench")
        do {
            let keeper = try await Keeper.open(
                Self.location(in: folder), effects: KeeperEffects(transport: transport))
            let value = try await body(keeper)
            await transport.shutdown()
            return value
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// The sandbox's app, as it is added to a vault.
    ///
    /// - Parameter limit: what the provider allows, by its description; nil for no limit.
    /// - Returns: the app.
    /// - Throws: what keeps the authority's certificate from being read.
    func newApp(limit: RateLimit?) throws -> NewApp {
        var provider = ProviderCatalogue.amocrm
        provider.rateLimit = limit
        provider.apiRateLimits = nil
        var app = NewApp(clientID: sandbox.integration.clientID)
        app.provider = provider
        app.clientSecret = Secret(sandbox.integration.clientSecret)
        app.redirectURI = sandbox.integration.redirectURI
        app.sandboxURL = sandbox.baseURL
        app.certificateAuthorityPEM = try String(contentsOfFile: sandbox.caFile, encoding: .utf8)
        return app
    }

    private func connect(_ accounts: [String], _ limit: RateLimit?, _ transport: NetworkTransport) async throws {
        let (location, effects) = (Self.location(in: folder), KeeperEffects(transport: transport))
        _ = try await Keeper.initialise(location, effects: effects)
        let keeper = try await Keeper.open(location, effects: effects)
        _ = try await keeper.addApp(CredentialPath("main/crm"), try newApp(limit: limit))
        let began = ContinuousClock.now
        for (index, account) in accounts.enumerated() {
            let path = try Self.path(account)
            let attempt = try AuthorizationAttempt(try await keeper.registration(forConnecting: path))
            guard let state = attempt.state?.withExposedText({ $0 }) else { throw BenchError.noValue }
            let callback = try sandbox.authorize(account: account, state: state).callbackURL
            let found = try await keeper.finishConnecting(path, with: CallbackParser(attempt).parse(callback))
            _ = try await keeper.confirm(found)
            if index % 50 == 49 { Progress.show("connecting", index + 1, of: accounts.count, since: 0) }
        }
        Progress.note("connected \(accounts.count) accounts in \(began.duration(to: .now))")
    }

    /// Runs this program again as another process on the vault, and gives the lines that it prints.
    func child(_ errand: Errand, rounds: Int) async throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [Errand.flag, errand.rawValue, folder, String(rounds)]
        let pipe = Pipe()
        process.standardOutput = pipe
        let (ends, sender) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            sender.yield(process.terminationStatus)
            sender.finish()
        }
        try process.run()
        let handle = pipe.fileHandleForReading
        // Away from the threads that serve the provider, for reading blocks.
        let data = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: handle.readDataToEndOfFile()) }
        }
        for await status in ends where status != 0 { throw BenchError.childFailed(status) }
        let text = String(decoding: data, as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }
}
