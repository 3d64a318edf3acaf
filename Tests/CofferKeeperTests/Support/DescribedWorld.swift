// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation
import Synchronization

@testable import CofferKeeper

/// A vault with one connection of a provider that a test describes, and a token endpoint that answers by a script.
enum DescribedWorld {
    static let app = KeeperWorld.path("main/as")
    static let path = KeeperWorld.path("main/as/one")

    /// A token endpoint that answers by a script.
    final class Script: HTTPTransport {
        private let answers: Mutex<[(Int, String)]>
        private let heard = Mutex<[String]>([])

        /// The requests so far: the path and the body.
        var requests: [String] { heard.withLock { $0 } }

        init(_ answers: [(Int, String)]) { self.answers = Mutex(answers) }

        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            let body = request.body?.withExposedText { $0 } ?? ""
            heard.withLock { $0.append("\(request.destination.url.pathAndQuery) \(body)") }
            return answers.withLock { answers in
                guard !answers.isEmpty else { return .notSent(TransportFailure(.connection, "The script is over.")) }
                let (status, body) = answers.removeFirst()
                return .answered(HTTPAnswer(status: status, body: Secret(body)))
            }
        }
    }

    /// A vault with one connection that was made and confirmed.
    static func with(
        _ answers: [(Int, String)], over script: (any HTTPTransport)? = nil,
        _ describe: (inout ProviderDescription) -> Void,
        _ body: (Keeper, MovableTime) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "coffer-keeper-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let time = MovableTime()
        let location = VaultLocation(vaultPath: "\(folder)/vault.db", identity: .file("\(folder)/identity"))
        var effects = KeeperEffects(
            transport: script ?? Script(answers), now: { time.now }, clock: HastyClock(), random: { 0.5 })
        effects.programs = ProgramSettings(["XDG_CONFIG_HOME": "\(folder)/config"])
        _ = try await Keeper.initialise(location, effects: effects)
        let keeper = try await Keeper.open(location, effects: effects)
        var provider = ProviderDescription(
            id: "as", displayName: "AS", endpoints: Endpoints(token: "https://as.example/token"),
            domains: ["as.example"], clientAuthentication: .post)
        describe(&provider)
        var new = NewApp(clientID: "client-1")
        new.provider = provider
        new.clientSecret = Secret("secret")
        _ = try await keeper.addApp(app, new)
        try await connect(keeper, accessToken: "first", refreshToken: "r-1", at: time.now)
        try await body(keeper, time)
        await keeper.close()
    }

    /// Adds another app of the same provider, with the same secret.
    ///
    /// - Returns: where an account of it may be connected.
    static func addApp(_ path: String, _ keeper: Keeper) async throws -> CredentialPath {
        let (record, _) = try await keeper.appRecord(above: Self.path)
        var new = NewApp(clientID: "client-2")
        new.provider = record.registration?.provider
        new.clientSecret = Secret("secret")
        _ = try await keeper.addApp(KeeperWorld.path(path), new)
        return KeeperWorld.path("\(path)/one")
    }

    /// Connects the account, for the first time or again.
    static func connect(
        _ keeper: Keeper, accessToken: String, refreshToken: String, at now: Date,
        as path: CredentialPath = DescribedWorld.path
    ) async throws {
        let (record, entry) = try await keeper.appRecord(above: path)
        let tokens = IssuedTokens(
            accessToken: Secret(accessToken), refreshToken: Secret(refreshToken),
            expiresAt: now.addingTimeInterval(3600))
        let answer = ConnectionAnswer(
            tokens: tokens, registration: try await keeper.registration(forConnecting: path), askedAt: now,
            secretEpoch: record.secretEpoch, appID: entry.id)
        _ = try await keeper.confirm(try await keeper.park(answer, at: path))
    }
}
