// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import CofferCredentialsTesting
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import CofferHTTP

@Suite struct `Bitrix24` {
    /// The manual clock's beginning.
    private static let start = 1_700_000_000

    private static func call(_ method: String, _ body: String = "{}") -> APIRequest {
        APIRequest(.POST, target: "/rest/\(method)", body: ByteBuffer(string: body))
    }

    private static func time(_ operating: Double, resetsIn seconds: Int) -> String {
        #"{"start":1,"operating":\#(operating),"operating_reset_at":\#(start + seconds)}"#
    }

    @Test(arguments: [
        ("application/json", #"{"id":1}"#, #"{"id":1,"auth":"TOKEN"}"#),
        ("application/json", " { } ", #"{ "auth":"TOKEN"}"#),
        ("application/x-www-form-urlencoded", "id=1", "id=1&auth=TOKEN"),
        ("application/x-www-form-urlencoded; charset=UTF-8", "", "auth=TOKEN"),
    ])
    func `gets the token in the body, and nowhere else`(_ type: String, _ body: String, _ sent: String) async throws {
        try await APIWorld.with(dialect: .bitrix24, script: .good) { world in
            let request = APIRequest(
                .POST, target: "/rest/crm.lead.get", headers: ["Content-Type": type], body: ByteBuffer(string: body))
            _ = try await world.client.execute(request, as: APIWorld.path)
            let seen = try #require(world.server.requests.first)
            #expect(seen.body == sent.replacing("TOKEN", with: TokenKeeper.token(1)))
            #expect(!seen.headers.contains(name: "Authorization"))
            #expect(!seen.uri.contains(APIWorld.marker))
        }
    }

    @Test func `gets no token in a body that has no place for it, and none by GET`() async throws {
        try await APIWorld.with(dialect: .bitrix24, script: .good) { world in
            #expect(await world.failure(Self.call("x", "[1]"))?.code == .unsuitable)
            #expect(await world.failure(APIRequest(target: "/rest/x"))?.code == .unsuitable)
            #expect(world.server.requests.isEmpty)
        }
    }

    @Test func `tells with each answer what a method has used`() async throws {
        let script = APIServer.Script { request, _ in
            .status(
                200,
                body: #"{"result":[],"time":\#(Self.time(request.uri.contains("list") ? 12.5 : 0.25, resetsIn: 60))}"#)
        }
        try await APIWorld.with(dialect: .bitrix24, script: script) { world in
            #expect(world.client.operatingTime(of: "crm.lead.list", under: APIWorld.path) == nil)
            _ = try await world.client.execute(Self.call("crm.lead.list.json"), as: APIWorld.path)
            _ = try await world.client.execute(Self.call("crm.lead.get"), as: APIWorld.path)
            let reset = Date(timeIntervalSince1970: Double(Self.start + 60))
            #expect(
                world.client.operatingTime(of: "CRM.Lead.List", under: APIWorld.path)
                    == OperatingTime(used: .seconds(12.5), resetsAt: reset))
            #expect(world.client.operatingTime(of: "crm.lead.get", under: APIWorld.path)?.used == .seconds(0.25))
        }
    }

    @Test func `is not called with a method that has used its time up, and is with others`() async throws {
        let script = APIServer.Script { request, number in
            number == 1
                ? .status(200, body: #"{"time":\#(Self.time(480, resetsIn: 60))}"#)
                : .status(200, body: #"{"time":\#(Self.time(1, resetsIn: 600))}"#)
        }
        try await APIWorld.with(dialect: .bitrix24, script: script) { world in
            let status = try await world.status(Self.call("crm.lead.list"), passing: [])
            #expect(status == 200)
            async let held = world.status(Self.call("crm.lead.list"), passing: [])
            await world.clock.waitForSleepers(1)
            let next = try await world.status(Self.call("crm.lead.get"), passing: [])
            #expect(next == 200)
            #expect(world.server.requests.map(\.uri) == ["/rest/crm.lead.list", "/rest/crm.lead.get"])
            world.clock.advance(by: .seconds(60))
            let third = try await held
            #expect(third == 200)
        }
    }

    @Test func `says that a method's time is up: it is waited for until the time that the last good answer named`()
        async throws
    {
        let script = APIServer.Script { _, number in
            switch number {
            case 1: .status(200, body: #"{"time":\#(Self.time(479, resetsIn: 45))}"#)
            case 2: .status(429, body: #"{"error":"OPERATION_TIME_LIMIT"}"#)
            default: .status(200)
            }
        }
        try await APIWorld.with(dialect: .bitrix24, script: script) { world in
            let status = try await world.status(Self.call("crm.lead.list"), passing: [])
            #expect(status == 200)
            async let held = world.status(Self.call("crm.lead.list"), passing: [])
            await world.clock.waitForSleepers(1)
            world.clock.advance(by: .seconds(44))
            #expect(world.server.requests.count == 2)
            world.clock.advance(by: .seconds(1))
            let next = try await held
            #expect(next == 200)
            // The method's limit is none of the account's pace.
            #expect(world.limit.reports.isEmpty)
        }
    }

    @Test func `says that a method's time is up and not until when: ten minutes are more than a request waits`()
        async throws
    {
        try await APIWorld.with(
            dialect: .bitrix24, script: .always(.status(429, body: #"{"error":"OPERATION_TIME_LIMIT"}"#))
        ) { world in
            let error = await world.failure(Self.call("crm.lead.list"))
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == .seconds(600))
            #expect(world.server.requests.count == 1)
        }
    }

    @Test(arguments: [#"{"a":"crm.lead.list?start=0","b":"user.get"}"#, #"["crm.lead.list?start=0","user.get"]"#])
    func `counts a batch's inner calls against their methods`(_ commands: String) async throws {
        let keys = commands.hasPrefix("[") ? ("0", "1") : ("a", "b")
        let inner = #""\#(keys.0)":\#(Self.time(100, resetsIn: 60)),"\#(keys.1)":\#(Self.time(2, resetsIn: 60))"#
        let body = #"{"result":{"result":[],"result_time":{\#(inner)}},"time":\#(Self.time(7, resetsIn: 60))}"#
        try await APIWorld.with(dialect: .bitrix24, script: .always(.status(200, body: body))) { world in
            _ = try await world.client.execute(
                Self.call("batch", #"{"halt":0,"cmd":\#(commands)}"#), as: APIWorld.path)
            #expect(world.client.operatingTime(of: "crm.lead.list", under: APIWorld.path)?.used == .seconds(100))
            #expect(world.client.operatingTime(of: "user.get", under: APIWorld.path)?.used == .seconds(2))
            #expect(world.client.operatingTime(of: "batch", under: APIWorld.path) == nil)
        }
    }

    @Test(arguments: ["query_limit_exceeded", "QUERY_LIMIT_EXCEEDED"])
    func `that is called too fast says it with 503, and a POST goes again`(_ code: String) async throws {
        let script = APIServer.Script { _, number in
            number == 1 ? .status(503, body: #"{"error":"\#(code)"}"#) : .status(200)
        }
        try await APIWorld.with(dialect: .bitrix24, script: script) { world in
            let status = try await world.status(Self.call("crm.lead.add"), passing: [.seconds(1)])
            #expect(status == 200)
            #expect(world.limit.reports == [nil])
        }
    }

    @Test(arguments: [#"{"error":"OVERLOAD_LIMIT"}"#, #"{"error":{"code":"OVERLOAD_LIMIT"}}"#])
    func `that has blocked the app says it with 503, too, and is not called again`(_ body: String) async throws {
        try await APIWorld.with(dialect: .bitrix24, script: .always(.status(503, body: body))) { world in
            #expect(await world.failure(Self.call("crm.lead.list"))?.code == .blocked)
            #expect(await world.failure(Self.call("user.get"))?.code == .blocked)
            #expect(world.server.requests.count == 1)
        }
    }

    @Test(arguments: ["expired_token", "NO_AUTH_FOUND", "invalid_token"])
    func `refuses a token by name`(_ code: String) async throws {
        let script = APIServer.Script { _, number in
            number == 1 ? .status(401, body: #"{"error":"\#(code)"}"#) : .status(200)
        }
        try await APIWorld.with(dialect: .bitrix24, script: script) { world in
            let status = try await world.status(Self.call("user.get"), passing: [])
            #expect(status == 200)
            #expect(world.tokens.reports.count == 1)
        }
    }

    @Test(arguments: [(401, "METHOD_CONFIRM_WAITING"), (401, "APPLICATION_NOT_FOUND"), (403, "insufficient_scope")])
    func `refuses for reasons that no other token mends, and that is an answer`(_ refusal: Int, _ code: String)
        async throws
    {
        try await APIWorld.with(
            dialect: .bitrix24, script: .always(.status(refusal, body: #"{"error":"\#(code)"}"#))
        ) { world in
            let status = try await world.status(Self.call("user.get"), passing: [])
            #expect(status == refusal)
            #expect(world.tokens.reports.isEmpty)
        }
    }

    @Test(arguments: [(401, "PAYMENT_REQUIRED"), (403, "ACCESS_DENIED")])
    func `wants to be paid`(_ status: Int, _ code: String) async throws {
        try await APIWorld.with(
            dialect: .bitrix24, script: .always(.status(status, body: #"{"error":"\#(code)"}"#))
        ) { world in
            #expect(await world.failure(Self.call("user.get"))?.code == .paymentRequired)
            #expect(world.tokens.reports.isEmpty)
        }
    }
}
