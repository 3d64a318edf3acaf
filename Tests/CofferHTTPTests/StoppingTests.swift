// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentialsTesting
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import CofferHTTP

@Suite struct `a vendor that wants no more requests` {
    private static let page: (String, String) = ("Content-Type", "text/html")

    @Test(arguments: [APIDialect.standard, .amocrm]) func `because it wants money is not asked again`(
        _ dialect: APIDialect
    ) async throws {
        try await APIWorld.with(dialect: dialect, script: .always(.status(402))) { world in
            let error = await world.failure()
            #expect(error?.code == .paymentRequired)
            #expect(error?.status == 402)
            #expect(world.server.requests.count == 1)
            #expect(world.tokens.reports.isEmpty)
        }
    }

    @Test func `because it has blocked the account is left alone by everybody for ten minutes`() async throws {
        let script = APIServer.Script { _, number in
            number == 1 ? .status(403, [Self.page], body: "<html>403 Forbidden</html>") : .status(200)
        }
        try await APIWorld.with(dialect: .amocrm, script: script) { world in
            let error = await world.failure()
            #expect(error?.code == .blocked)
            #expect(error?.status == 403)
            world.clock.advance(by: .seconds(599))
            let later = await world.failure()
            #expect(later?.code == .blocked)
            #expect(later?.retryAfter == .seconds(1))
            #expect(world.server.requests.count == 1)
            world.clock.advance(by: .seconds(1))
            let status = try await world.status(passing: [])
            #expect(status == 200)
        }
    }

    @Test func `is not asked by those either who waited for room when it said so`() async throws {
        let script = APIServer.Script { _, _ in .status(403, [Self.page], body: "<html>403 Forbidden</html>") }
        try await APIWorld.with(dialect: .amocrm, script: script) { world in
            // Who asks first gets room last.
            let (room, opener) = AsyncStream<Void>.makeStream()
            let isFirst = Mutex(true)
            let limit = RecordingLimit {
                let waits = isFirst.withLock { isFirst in
                    defer { isFirst = false }
                    return isFirst
                }
                if waits { for await _ in room {} }
            }
            let client = try APIClient(
                world.tokens, limit: limit,
                configuration: APIClient.Configuration(dialect: .amocrm, http: try APIWorld.http()))
            @Sendable func code() async -> APIError.Code? {
                do { _ = try await client.execute(APIRequest(target: "/leads"), as: APIWorld.path) } catch {
                    return (error as? APIError)?.code
                }
                return nil
            }
            let waiting = Task { await code() }
            while limit.waits == 0 { await Task.yield() }
            #expect(await code() == .blocked)
            opener.finish()
            #expect(await waiting.value == .blocked)
            #expect(world.server.requests.count == 1)
            try await client.shutdown()
        }
    }

    @Test func `is asked again before that if somebody says so`() async throws {
        let script = APIServer.Script { _, number in .status(number == 1 ? 403 : 200, body: number == 1 ? "no" : "{}")
        }
        try await APIWorld.with(dialect: .amocrm, script: script) { world in
            #expect(await world.failure()?.code == .blocked)
            world.client.resume(APIWorld.path)
            let status = try await world.status(passing: [])
            #expect(status == 200)
        }
    }

    @Test(arguments: [#"{"response":{"error_code":"113"}}"#, #"{"error_code":113}"#])
    func `from this machine is a block, too`(_ body: String) async throws {
        try await APIWorld.with(dialect: .amocrm, script: .always(.status(403, body: body))) { world in
            #expect(await world.failure()?.code == .blocked)
        }
    }

    @Test func `is told from one that only denies a right`() async throws {
        let denial = #"{"title":"Forbidden","status":403}"#
        try await APIWorld.with(dialect: .amocrm, script: .always(.status(403, body: denial))) { world in
            let status = try await world.status(passing: [])
            #expect(status == 403)
            let next = try await world.status(passing: [])
            #expect(next == 403)
        }
        // A dialect that knows no blocks takes no page for one.
        try await APIWorld.with(script: .always(.status(403, [Self.page], body: "<html>"))) { world in
            let response = try await world.client.execute(APIRequest(target: "/"), as: APIWorld.path)
            #expect(response.status == .forbidden)
            #expect(String(buffer: try await response.body.collect(upTo: 100)) == "<html>")
        }
    }
}

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
