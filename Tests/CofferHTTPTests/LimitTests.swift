// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import NIOCore
import NIOHTTP1
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
