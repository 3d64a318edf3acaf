// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

/// What a description says of grants, as far as the vault has to keep it.
@Suite struct `A grant as its provider is described` {
    private static let app = KeeperWorld.path("main/as")
    private static let path = KeeperWorld.path("main/as/one")

    /// A token endpoint that answers by a script.
    private final class Script: HTTPTransport {
        private let answers: Mutex<[(Int, String)]>
        init(_ answers: [(Int, String)]) { self.answers = Mutex(answers) }

        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            answers.withLock { answers in
                guard !answers.isEmpty else { return .notSent(TransportFailure(.connection, "The script is over.")) }
                let (status, body) = answers.removeFirst()
                return .answered(HTTPAnswer(status: status, body: Secret(body)))
            }
        }
    }

    /// A vault with one connection that was made and confirmed.
    private static func with(
        _ answers: [(Int, String)], _ describe: (inout ProviderDescription) -> Void,
        _ body: (Keeper, MovableTime) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "coffer-keeper-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let time = MovableTime()
        let location = VaultLocation(vaultPath: "\(folder)/vault.db", identity: .file("\(folder)/identity"))
        let effects = KeeperEffects(
            transport: Script(answers), now: { time.now }, clock: HastyClock(), random: { 0.5 })
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
        let (record, entry) = try await keeper.appRecord(above: path)
        let tokens = IssuedTokens(
            accessToken: Secret("first"), refreshToken: Secret("r-1"), expiresAt: time.now.addingTimeInterval(3600))
        let answer = ConnectionAnswer(
            tokens: tokens, registration: try await keeper.registration(forConnecting: path), askedAt: time.now,
            secretEpoch: record.secretEpoch, appID: entry.id)
        _ = try await keeper.confirm(try await keeper.park(answer, at: path))
        try await body(keeper, time)
        await keeper.close()
    }

    @Test func `ends with its provider's longest age, which is shown before, and told after`() async throws {
        let refusal = (400, #"{"error":"invalid_grant"}"#)
        let pair = (200, #"{"access_token":"second","refresh_token":"r-2","expires_in":3600}"#)
        try await Self.with([pair, refusal]) {
            $0.lifetimes.absolute = .seconds(90 * 86_400)
        } _: { keeper, time in
            let end = time.now.addingTimeInterval(90 * 86_400)
            let shown = try await keeper.status().first?.grantEndsAt
            #expect(shown == end)
            // A refresh prolongs it by nothing.
            time.advance(by: 86_400)
            _ = try await keeper.refresh(.forced(Self.path))
            let later = try await keeper.status().first?.grantEndsAt
            #expect(later == end)
            time.advance(by: 90 * 86_400)
            _ = try await keeper.refresh(.forced(Self.path))
            let view = try #require(try await keeper.status().first)
            #expect(view.state == "needs_reauthorization")
            #expect(view.lastError?.contains("time was over") == true, "\(view.lastError ?? "")")
        }
    }

    @Test func `has no end where none is described`() async throws {
        try await Self.with([]) { _ in
        } _: { keeper, _ in
            let end = try await keeper.status().first?.grantEndsAt
            #expect(end == nil)
        }
    }

    /// The refresh token is saved whatever else is wrong; the access token from before may live or be dead.
    @Test(arguments: [true, false, nil])
    func `keeps its access token when only a refresh token came, where that one lives on`(_ survives: Bool?)
        async throws
    {
        try await Self.with([(200, #"{"refresh_token":"r-2"}"#)]) {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .always, accessSurvivesRefresh: survives)
        } _: { keeper, _ in
            _ = try await keeper.refresh(.forced(Self.path))
            let connection = try await keeper.pair(Self.path).connection
            #expect(connection.refreshToken == Secret("r-2"))
            #expect(connection.accessToken == (survives == true ? Secret("first") : nil))
        }
    }
}
