// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing

@testable import CofferHTTP

@Suite struct `a batch` {
    /// Takes two items at a time, and what a POST names.
    private static let takesTwo = APIServer.Script { request, _ in
        .status(request.body.split(separator: ",").count > 2 ? 504 : 200)
    }

    private static func request(_ part: ArraySlice<Int>) -> APIRequest {
        APIRequest(.POST, target: "/leads", body: ByteBuffer(string: part.map { "\($0)" }.joined(separator: ",")))
    }

    @Test func `that is too large is halved until it is not, in order and each item once`() async throws {
        try await APIWorld.with(dialect: .amocrm, script: Self.takesTwo) { world in
            var taken: [[Int]] = []
            try await world.client.execute(batch: Array(1...7), as: APIWorld.path, request: Self.request) {
                part, response in
                #expect(response.status == .ok)
                taken.append(Array(part))
            }
            #expect(taken == [[1], [2, 3], [4, 5], [6, 7]])
            #expect(
                world.server.requests.map(\.body) == ["1,2,3,4,5,6,7", "1,2,3", "1", "2,3", "4,5,6,7", "4,5", "6,7"])
        }
    }

    @Test func `of one item that is too large ends, and nothing behind it is sent`() async throws {
        try await APIWorld.with(
            script: APIServer.Script { request, _ in .status(request.body.contains("2") ? 504 : 200) }
        ) { world in
            var taken: [[Int]] = []
            await #expect(throws: APIError(.batchTooLarge, "", path: APIWorld.path)) {
                try await world.client.execute(batch: [1, 2, 3, 4], as: APIWorld.path, request: Self.request) {
                    part, _ in
                    taken.append(Array(part))
                }
            }
            #expect(taken == [[1]])
            #expect(world.server.requests.map(\.body) == ["1,2,3,4", "1,2", "1", "2"])
        }
    }

    @Test func `of nothing sends nothing, and one with a refused token goes on with another`() async throws {
        let script = APIServer.Script { request, number in
            number == 1 ? .status(401) : Self.takesTwo.reply(request, number)
        }
        try await APIWorld.with(script: script) { world in
            try await world.client.execute(batch: [Int](), as: APIWorld.path, request: Self.request) { _, _ in
                Issue.record("there was nothing to answer")
            }
            #expect(world.server.requests.isEmpty)
            var count = 0
            try await world.client.execute(batch: [1, 2, 3], as: APIWorld.path, request: Self.request) { part, _ in
                count += part.count
            }
            #expect(count == 3)
            #expect(world.server.requests.map(\.body) == ["1,2,3", "1,2,3", "1", "2,3"])
        }
    }

    @Test func `is what the caller says it is: without one 504 is an answer`() async throws {
        try await APIWorld.with(script: .always(.status(504))) { world in
            let status = try await world.status(passing: [])
            #expect(status == 504)
            #expect(world.server.requests.count == 1)
        }
    }
}
