// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import CofferCredentialsTesting
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import CofferHTTP

@Suite struct `the limit of an API` {
    private func use(_ wrap: (LimitingProvider) -> any CredentialProvider) async throws -> RecordingLimit {
        let limit = RecordingLimit()
        try await APIWorld.with(script: .always(.status(429))) { world in
            let provider = LimitingProvider(tokens: world.tokens, limit: limit)
            let client = try APIClient(
                wrap(provider), configuration: APIClient.Configuration(http: try APIWorld.http()))
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
