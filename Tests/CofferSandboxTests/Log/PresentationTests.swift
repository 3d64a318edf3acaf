// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct `What was done with a refresh token` {
    private func presentation(_ client: SandboxClient) throws -> Presentation {
        try #require(client.sandbox.log.refreshTokenPresentations.first)
    }

    @Test func `one that is sent once is as it should be`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            _ = try await client.token(refreshToken: pair.refresh)
            let found = try presentation(client)
            #expect(!found.isTwiceAtOnce && !found.isAfterSuccess && !found.isAfterRefusal)
            #expect(found.repeatCount == 0 && found.numbers.count == 1)
        }
    }

    @Test func `one that is sent after a success, and after a refusal, is told`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            for _ in 0..<2 { _ = try await client.token(refreshToken: pair.refresh) }
            #expect(try presentation(client).isAfterSuccess)
            #expect(try !presentation(client).isAfterRefusal)
            _ = try await client.token(refreshToken: pair.refresh)
            #expect(try presentation(client).isAfterRefusal)
        }
    }

    @Test func `a wrong client and a failure decide nothing`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            _ = try await client.token(refreshToken: pair.refresh, changing: ["client_secret": "wrong"])
            client.sandbox.faults.set([FaultRule(.serverError)])
            for _ in 0..<2 { _ = try await client.token(refreshToken: pair.refresh) }
            let found = try presentation(client)
            #expect(!found.isAfterSuccess && !found.isAfterRefusal && found.repeatCount == 0)
            #expect(found.numbers.count == 3)
        }
    }

    @Test func `repeats after an end that told nothing are counted`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(.answerLost, times: 2)])
            for _ in 0..<2 { _ = try? await client.token(refreshToken: pair.refresh) }
            _ = try await client.token(refreshToken: pair.refresh)
            #expect(try presentation(client).repeatCount == 2)
        }
    }

    @Test func `two at once are told`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(.hang, grantType: "refresh_token")])
            let arrivals = client.sandbox.log.arrivals()
            let first = Task { try await client.token(refreshToken: pair.refresh) }
            for await record in arrivals where record.grantType == "refresh_token" { break }
            _ = try await client.token(refreshToken: pair.refresh)
            first.cancel()
            _ = await first.result
            #expect(try presentation(client).isTwiceAtOnce)
        }
    }
}
