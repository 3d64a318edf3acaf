// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentialsTesting
import NIOCore
import NIOHTTP1
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
            let turnstile = Turnstile()
            let limit = RecordingLimit { await turnstile.pass() }
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
            turnstile.open()
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

    @Test func `is not asked again if somebody says so where it only was called too fast`() async throws {
        try await APIWorld.with(script: .always(.status(429, [("Retry-After", "121")]))) { world in
            #expect(await world.failure()?.retryAfter == .seconds(121))
            world.client.resume(APIWorld.path)
            #expect(await world.failure()?.code == .rateLimited)
            #expect(world.server.requests.count == 1)
        }
    }

    @Test func `because of a block and for another reason is left alone until both are over`() throws {
        let clock = ManualClock()
        let quiet = QuietTimes(clock: clock)
        let path = APIWorld.path
        let block = APIError(.blocked, "shut out", path: path, status: 403)
        // Answers to requests that were on their way at the same time.
        quiet.begin(path, for: .seconds(900), cause: .limited)
        quiet.begin(path, for: .seconds(600), block: block)
        quiet.begin(path, for: .seconds(1000), cause: .busy)
        quiet.begin(path, for: .seconds(1), cause: .limited)
        quiet.begin(path, for: .seconds(60), block: block)
        for elapsed in [0, 599] {
            clock.advance(by: .seconds(elapsed))
            #expect { _ = try quiet.hold(on: path) } throws: { error in
                let error = error as? APIError
                return error?.code == .blocked && error?.retryAfter == .seconds(600 - elapsed)
            }
        }
        quiet.end(path)
        let hold = try quiet.hold(on: path)
        #expect(hold == QuietTimes.Hold(left: .seconds(401), cause: .busy))
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
