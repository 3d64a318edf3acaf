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

@Suite struct `an API that is called too fast` {
    /// The manual clock begins at 2023-11-14 22:13:20 UTC.
    private static let inNinetySeconds = "Tue, 14 Nov 2023 22:14:50 GMT"

    private static func once(_ reply: APIServer.Reply) -> APIServer.Script {
        APIServer.Script { _, number in number == 1 ? reply : .status(200) }
    }

    @Test(arguments: [(429, "7", 7), (429, inNinetySeconds, 90), (503, "7", 7), (503, inNinetySeconds, 90)])
    func `is left alone for as long as it says, in seconds or until a date`(
        _ status: Int, _ field: String, _ seconds: Int
    ) async throws {
        try await APIWorld.with(script: Self.once(.status(status, [("Retry-After", field)]))) { world in
            async let answer = world.status(passing: [])
            await world.clock.waitForSleepers(1)
            #expect(world.clock.deadlines == [APIWorld.moment(Double(seconds))])
            #expect(world.server.requests.count == 1)
            world.clock.advance(by: .seconds(seconds))
            let last = try await answer
            #expect(last == 200)
            #expect(world.server.requests.count == 2)
            #expect(world.limit.waits == 2)
            // Only "too fast" slows the pace that others share.
            #expect(world.limit.reports == (status == 429 ? [.seconds(seconds)] : []))
        }
    }

    @Test(arguments: [429, 503]) func `is not asked earlier than it says: who can't wait as long fails at once`(
        _ status: Int
    ) async throws {
        let code: APIError.Code = status == 429 ? .rateLimited : .unavailable
        try await APIWorld.with(script: Self.once(.status(status, [("Retry-After", "121")]))) { world in
            let error = await world.failure()
            #expect(error?.code == code)
            #expect(error?.retryAfter == .seconds(121))
            // Nor does the next request reach it, and its caller hears the same.
            #expect(await world.failure()?.code == code)
            #expect(world.server.requests.count == 1)
            world.clock.advance(by: .seconds(121))
            let status = try await world.status(passing: [])
            #expect(status == 200)
        }
    }

    @Test(arguments: [-86400.0, 86400]) func `is left alone for as long as it says although the clock is set`(
        _ seconds: Double
    ) async throws {
        try await APIWorld.with(script: Self.once(.status(429, [("Retry-After", "7")]))) { world in
            async let answer = world.status(passing: [])
            await world.clock.waitForSleepers(1)
            world.skew.seconds.withLock { $0 = seconds }
            async let second = world.status(APIRequest(target: "/second"), passing: [])
            await world.clock.waitForSleepers(2)
            world.clock.advance(by: .seconds(7))
            let both = try await [answer, second]
            #expect(both == [200, 200])
            #expect(world.server.requests.count == 3)
        }
    }

    @Test func `is believed for an hour at most`() async throws {
        try await APIWorld.with(script: .always(.status(429, [("Retry-After", "99999999999")]))) { world in
            #expect(await world.failure()?.retryAfter == .seconds(3600))
        }
    }

    @Test func `holds up all requests of the account, and none of another's`() async throws {
        try await APIWorld.with(script: Self.once(.status(429, [("Retry-After", "30")]))) { world in
            async let first = world.status(passing: [])
            await world.clock.waitForSleepers(1)
            async let second = world.status(APIRequest(target: "/second"), passing: [])
            await world.clock.waitForSleepers(2)
            let other = APIWorld.path("main/crm/birch")
            let status = try await world.client.execute(APIRequest(target: "/other"), as: other).status
            #expect(status == .ok)
            #expect(world.server.requests.map(\.uri) == ["/leads", "/other"])
            world.clock.advance(by: .seconds(30))
            let both = try await [first, second]
            #expect(both == [200, 200])
        }
    }

    @Test(arguments: [429, 503], [nil, "0", "soon"])
    func `without a word on how long is asked ever more seldom, and at last no more`(
        _ status: Int, _ field: String?
    ) async throws {
        let script = APIServer.Script.always(.status(status, field.map { [("Retry-After", $0)] } ?? []))
        try await APIWorld.with(settings: .init(random: 1), script: script) { world in
            async let error = world.failure()
            var moment = 0.0
            for seconds in [1.0, 2, 4, 8, 16] {
                moment += seconds
                await world.clock.waitForSleepers(1)
                #expect(world.clock.deadlines == [APIWorld.moment(moment)])
                world.clock.advance(by: .seconds(seconds))
            }
            #expect(await error?.code == (status == 429 ? .rateLimited : .unavailable))
            #expect(world.server.requests.count == 6)
        }
    }

    @Test(arguments: [(0.0, 8.0), (0.5, 10), (1, 12)])
    func `is asked again by each of those who wait at another moment, and by none earlier than it says`(
        _ random: Double, _ seconds: Double
    ) async throws {
        try await APIWorld.with(
            settings: .init(random: random), script: Self.once(.status(429, [("Retry-After", "8")]))
        ) { world in
            async let answer = world.status(passing: [])
            await world.clock.waitForSleepers(1)
            #expect(world.clock.deadlines == [APIWorld.moment(seconds)])
            world.clock.advance(by: .seconds(seconds))
            let status = try await answer
            #expect(status == 200)
        }
    }

    @Test func `is asked again at the end of a caller's patience rather than not at all`() async throws {
        try await APIWorld.with(
            settings: .init(random: 1), script: Self.once(.status(429, [("Retry-After", "119")]))
        ) { world in
            let status = try await world.status(passing: [.seconds(120)])
            #expect(status == 200)
        }
    }

    @Test func `gets a POST again after 429, of which nothing was done`() async throws {
        try await APIWorld.with(script: Self.once(.status(429, [("Retry-After", "1")]))) { world in
            let post = APIRequest(.POST, target: "/leads", body: ByteBuffer(string: "[1]"))
            let status = try await world.status(post, passing: [.seconds(1)])
            #expect(status == 200)
            #expect(world.server.requests.map(\.body) == ["[1]", "[1]"])
        }
    }

    @Test func `gets a POST again after 503 only if the caller says that twice is as good as once`() async throws {
        try await APIWorld.with(script: .always(.status(503, [("Retry-After", "1")]))) { world in
            var post = APIRequest(.POST, target: "/leads", body: ByteBuffer(string: "[1]"))
            let error = await world.failure(post)
            #expect(error?.code == .unavailable)
            #expect(error?.retryAfter == .seconds(1))
            #expect(world.server.requests.count == 1)
            world.clock.advance(by: .seconds(1))
            post.isIdempotent = true
            async let second = world.failure(post)
            await world.clock.waitForSleepers(1)
            #expect(world.server.requests.count == 2)
            world.clock.advance(by: .seconds(1))
            await world.clock.waitForSleepers(1)
            #expect(world.server.requests.count == 3)
            for _ in 0..<4 {
                await world.clock.waitForSleepers(1)
                world.clock.advance(by: .seconds(1))
            }
            #expect(await second?.code == .unavailable)
        }
    }

    @Test func `is not waited for by a task that was cancelled`() async throws {
        try await APIWorld.with(script: .always(.status(429, [("Retry-After", "60")]))) { world in
            let task = Task { try await world.client.execute(APIRequest(target: "/"), as: APIWorld.path).status }
            await world.clock.waitForSleepers(1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(world.server.requests.count == 1)
        }
    }

    @Test func `that says so with 403 and a time is waited for as well`() async throws {
        try await APIWorld.with(script: Self.once(.status(403, [("Retry-After", "5")]))) { world in
            let status = try await world.status(passing: [.seconds(5)])
            #expect(status == 200)
        }
    }
}
