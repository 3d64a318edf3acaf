// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import CofferCredentialsTesting
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import CofferHTTP

@Suite struct `the limit of an API` {
    /// An agent that takes its time, from one of its answers on.
    private final class SlowProvider: CredentialProvider {
        private let tokens: TokenKeeper
        private let clock: ManualClock
        private let first: Int
        private let lifetime: Duration?
        private let asked = Mutex(0)

        init(_ tokens: TokenKeeper, _ clock: ManualClock, first: Int = 1, lifetime: Duration? = nil) {
            self.tokens = tokens
            self.clock = clock
            self.first = first
            self.lifetime = lifetime
        }

        var count: Int { asked.withLock { $0 } }

        func credential(for request: CredentialRequest) async throws -> Credential {
            let number = asked.withLock { count in
                count += 1
                return count
            }
            if number >= first { clock.advance(by: .seconds(1)) }
            let credential = try await tokens.credential(for: request)
            guard let lifetime else { return credential }
            return Credential(
                path: credential.path, value: credential.value, tokenType: credential.tokenType,
                expiresAt: clock.date + lifetime / .seconds(1), accountURL: credential.accountURL,
                version: credential.version)
        }
        func report(rejected credential: Credential) async { await tokens.report(rejected: credential) }
    }

    private func use(_ wrap: (LimitingProvider) -> any CredentialProvider) async throws -> RecordingLimit {
        let limit = RecordingLimit()
        try await APIWorld.with(script: .always(.status(429))) { world in
            let provider = LimitingProvider(tokens: world.tokens, limit: limit)
            // On the clock of the test each credential is there at once.
            let client = try APIClient(
                wrap(provider), configuration: APIClient.Configuration(http: try APIWorld.http()),
                effects: APIClientEffects(clock: world.clock))
            // Its body is gone, so that nobody waits.
            let request = APIRequest(.POST, target: "/leads", streaming: .bytes(ByteBuffer(string: "{}")))
            await #expect(throws: APIError(.rateLimited, "", path: APIWorld.path)) {
                _ = try await client.execute(request, as: APIWorld.path)
            }
            try await client.shutdown()
        }
        return limit
    }

    @Test func `is told how much patience is left, and what was waited for it counts`() async throws {
        let clock = Mutex<ManualClock?>(nil)
        var settings = APIWorld.Settings()
        settings.limit = RecordingLimit {
            clock.withLock { $0?.advance(by: .seconds(50)) }
        }
        try await APIWorld.with(
            settings: settings, script: APIServer.Script { _, number in number == 1 ? .status(401) : .status(200) }
        ) { world in
            clock.withLock { $0 = world.clock }
            let status = try await world.status(passing: [])
            #expect(status == 200)
            #expect(world.limit.times == [.seconds(120), .seconds(70)])
        }
    }

    /// Sends one request with the credentials of a slow agent.
    private func ask(
        _ limit: RecordingLimit, in world: APIWorld, _ agent: (ManualClock) -> SlowProvider
    ) async throws -> SlowProvider {
        let (clock, agent) = (world.clock, agent(world.clock))
        let client = try APIClient(
            agent, limit: limit, configuration: APIClient.Configuration(http: try APIWorld.http()),
            effects: APIClientEffects(clock: clock, now: { clock.date }, random: { 0 }))
        let response = try await client.execute(APIRequest(target: "/leads"), as: APIWorld.path)
        #expect(response.status == .ok)
        try await client.shutdown()
        return agent
    }

    @Test func `is asked once more where the credential came too late for its place`() async throws {
        try await APIWorld.with(script: .always(.status(200))) { world in
            let limit = RecordingLimit()
            let agent = try await ask(limit, in: world) { SlowProvider(world.tokens, $0, first: 2) }
            // One before the first place, and one behind it.
            #expect(limit.waits == 2 && agent.count == 2)
        }
    }

    @Test func `is asked for one place a request where each credential takes long`() async throws {
        try await APIWorld.with(script: .always(.status(200))) { world in
            let limit = RecordingLimit()
            let agent = try await ask(limit, in: world) { SlowProvider(world.tokens, $0) }
            #expect(limit.waits == 1 && agent.count == 1)
        }
    }

    @Test func `is waited for with a credential in hand, unless that ends meanwhile`() async throws {
        try await APIWorld.with(script: .always(.status(200))) { world in
            let clock = world.clock
            let hasWaited = Mutex(false)
            let limit = RecordingLimit {
                let isFirst = hasWaited.withLock { hasWaited in
                    defer { hasWaited = true }
                    return !hasWaited
                }
                if isFirst { clock.advance(by: .seconds(60)) }
            }
            let agent = try await ask(limit, in: world) { SlowProvider(world.tokens, $0, lifetime: .seconds(30)) }
            #expect(limit.waits == 2 && agent.count == 2)
        }
    }

    /// A first call that has its place and its connection, and whose answer the test lets come.
    @Test func `is asked for no place while the first call to a host opens the connection, and one stays unused then`()
        async throws
    {
        let server = Mutex<APIServer?>(nil)
        let seen = Mutex<[Int?]>([])
        let (parts, upload) = AsyncStream<ByteBuffer>.makeStream()
        var settings = APIWorld.Settings()
        settings.limit = RecordingLimit {
            let count = server.withLock { $0?.requests.count }
            seen.withLock { $0.append(count) }
        }
        try await APIWorld.with(settings: settings, script: .always(.status(200))) { world in
            server.withLock { $0 = world.server }
            let origin = try #require(APIOrigin("https://acme.api.localhost:\(world.port)"))
            let post = APIRequest(.POST, target: "/files", streaming: .stream(parts, length: .unknown))
            async let first = world.status(post, passing: [])
            while world.client.firsts.waiterCount(origin) == nil { await Task.yield() }
            async let second = world.status(passing: [])
            while world.client.firsts.waiterCount(origin) != 1 { await Task.yield() }
            upload.yield(ByteBuffer(string: "a"))
            upload.finish()
            let statuses = try await [first, second]
            #expect(statuses == [200, 200])
            #expect(seen.withLock { $0 } == [0, 1, 1])
            // From then on each goes by its place.
            let third = try await world.status(passing: [])
            #expect(third == 200)
            #expect(world.limit.waits == 4)
        }
    }

    @Test func `that has no room in time is "rate limited", with how long it would be`() async throws {
        var settings = APIWorld.Settings()
        settings.limit = RecordingLimit {
            throw CredentialError(.busy, message: "full", path: APIWorld.path, retryAfter: .seconds(130))
        }
        try await APIWorld.with(settings: settings, script: .always(.status(200))) { world in
            let error = await world.failure()
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == .seconds(130))
            #expect(world.server.requests.isEmpty)
        }
    }

    @Test func `is the provider's own where none was given`() async throws {
        let limit = try await use { $0 }
        #expect(limit.waits == 1)
        #expect(limit.reports == [nil])
    }

    @Test func `is the provider's own also behind a cache and in a chain`() async throws {
        let limit = try await use { .chained(.environment([:]), .caching($0)) }
        #expect(limit.waits == 1)
        #expect(limit.reports == [nil])
    }
}
