// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import CofferVault
import Synchronization
import Testing

@testable import CofferKeeper

/// What is sent after an answer was lost, by what the provider does with a spent refresh token; counted in the server's log.
@Suite struct `A refresh whose answer is lost` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let rounds = 5

    /// A class of providers: what its description says, what its server does, and what must come of it.
    struct Provider: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let habits: RefreshTokenBehaviour
        /// What the server does at each refresh.
        var server: FaultRule?
        /// The requests, as they were recorded before they were sent, if no answer ever comes.
        var attempts = ["attempt 1", "attempt 2"]
        /// The state if only the first answer is lost.
        var state = "needs_reauthorization"
    }

    static let providers = [
        Provider(testDescription: "a token serves once", habits: RefreshTokenBehaviour(rotation: .always)),
        Provider(testDescription: "nothing is known", habits: RefreshTokenBehaviour()),
        Provider(testDescription: "the server decides", habits: RefreshTokenBehaviour(rotation: .sometimes)),
        Provider(
            testDescription: "a spent token is answered for a while",
            habits: RefreshTokenBehaviour(rotation: .always, grace: .seconds(600)),
            server: FaultRule(.graceWindow, grantType: "refresh_token", times: 0, seconds: 600), state: "active"),
        Provider(
            testDescription: "… and never later",
            habits: RefreshTokenBehaviour(
                rotation: .always, grace: .seconds(600), retryAfterLostAnswer: false),
            server: FaultRule(.graceWindow, grantType: "refresh_token", times: 0, seconds: 600), state: "active"),
        Provider(
            testDescription: "the old token is good until the new one is used",
            habits: RefreshTokenBehaviour(rotation: .always),
            server: FaultRule(.oldTokenUntilNewIsUsed, grantType: "refresh_token", times: 0), state: "active"),
        Provider(
            testDescription: "a repetition is forbidden",
            habits: RefreshTokenBehaviour(rotation: .always, retryAfterLostAnswer: false), attempts: ["attempt 1"]),
        Provider(
            testDescription: "one token serves for ever", habits: RefreshTokenBehaviour(rotation: .never),
            server: FaultRule(.sameTokenAgain, grantType: "refresh_token", times: 0),
            attempts: Array(repeating: "attempt 1", count: rounds), state: "active"),
    ]

    /// A network that notes what stands recorded when a request goes out.
    private final class NotingTransport: HTTPTransport {
        private let world: KeeperWorld
        private let notes = Mutex<[String]>([])

        init(_ world: KeeperWorld) { self.world = world }

        var recorded: [String] { notes.withLock { $0 } }

        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            let events = (try? await world.keeper().vault.ownAudit()) ?? []
            let last = events.last { [.beginRefresh, .endRefresh].contains($0.action) }
            notes.withLock { $0.append(last?.reason ?? "nothing") }
            return await world.transport.send(request, deadline: deadline)
        }
    }

    /// Refreshes again and again, each time in another process, once every pause is over.
    private func insist(_ world: KeeperWorld) async throws -> [String] {
        let network = NotingTransport(world)
        for _ in 1...Self.rounds {
            _ = try await world.keeper(transport: network).refresh(.forced(Self.acme))
            world.time.advance(by: 4000)
        }
        return network.recorded
    }

    @Test(arguments: providers)
    func `is repeated once at most, and that is recorded before`(provider: Provider) async throws {
        try await KeeperWorld.with(accounts: ["acme"], refreshTokens: provider.habits) { world in
            let token = try await world.refreshToken("acme")
            world.sandbox.log.clear()
            world.sandbox.faults.set(
                [provider.server, FaultRule(.answerLost, grantType: "refresh_token", times: 0)].compactMap { $0 })
            let recorded = try await insist(world)
            #expect(recorded == provider.attempts)
            #expect(world.presented(token) == provider.attempts.count)
            #expect(world.requestCount == provider.attempts.count)
            let isForEver = provider.habits.rotation == .never
            #expect(try await world.state("acme") == (isForEver ? "active" : "needs_reauthorization"))
            let view = try #require(try await world.keeper().status().first)
            if !isForEver { #expect(view.lastError?.contains("answer") == true, "\(view.lastError ?? "")") }
        }
    }

    @Test(arguments: providers)
    func `is saved by that one where the provider's rules allow it`(provider: Provider) async throws {
        try await KeeperWorld.with(accounts: ["acme"], refreshTokens: provider.habits) { world in
            let token = try await world.refreshToken("acme")
            world.sandbox.log.clear()
            world.sandbox.faults.set(
                [provider.server, FaultRule(.answerLost, grantType: "refresh_token")].compactMap { $0 })
            _ = try await insist(world)
            #expect(try await world.state("acme") == provider.state)
            if provider.habits.rotation != .never {
                #expect(world.presented(token) == provider.attempts.count)
                for sent in world.sandbox.log.refreshTokenPresentations {
                    #expect(sent.repeatCount <= 1 && !sent.isAfterSuccess && !sent.isAfterRefusal, "\(sent)")
                }
            }
        }
    }
}
