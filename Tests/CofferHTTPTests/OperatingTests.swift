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

@Suite struct `Bitrix24 and its operating time` {
    /// The manual clock's beginning.
    private static let start = 1_700_000_000

    private static func call(_ method: String, _ body: String = "{}") -> APIRequest {
        APIRequest(.POST, target: "/rest/\(method)", body: ByteBuffer(string: body))
    }

    private static func form(_ method: String, _ body: String) -> APIRequest {
        APIRequest(
            .POST, target: "/rest/\(method)",
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: ByteBuffer(string: body))
    }

    private static func time(_ operating: Double, resetsIn seconds: Int) -> String {
        #"{"start":1,"operating":\#(operating),"operating_reset_at":\#(start + seconds)}"#
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

    @Test func `is not called with a method whose time others used up while it waited for room`() async throws {
        let turnstile = Turnstile()
        let settings = APIWorld.Settings(limit: RecordingLimit { await turnstile.pass() })
        let used = #"{"time":\#(Self.time(480, resetsIn: 600))}"#
        try await APIWorld.with(dialect: .bitrix24, settings: settings, script: .always(.status(200, body: used))) {
            world in
            async let held = world.failure(Self.call("crm.lead.list"))
            while world.limit.waits == 0 { await Task.yield() }
            let status = try await world.status(Self.call("crm.lead.list"), passing: [])
            #expect(status == 200)
            turnstile.open()
            let error = await held
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == .seconds(600))
            #expect(world.server.requests.count == 1)
        }
    }

    @Test(arguments: [#"{"a":"user.get","b":"crm.lead.list?start=0"}"#, #"["CRM.lead.list?start=0","user.get"]"#])
    func `is not called with a batch either that has a method in it whose time is up`(_ commands: String)
        async throws
    {
        let script = APIServer.Script { _, number in
            .status(200, body: #"{"time":\#(Self.time(number == 1 ? 480 : 1, resetsIn: 600))}"#)
        }
        try await APIWorld.with(dialect: .bitrix24, script: script) { world in
            let first = try await world.status(Self.call("crm.lead.list"), passing: [])
            #expect(first == 200)
            let error = await world.failure(Self.call("batch.json", #"{"cmd":\#(commands)}"#))
            #expect(error?.code == .rateLimited)
            #expect(error?.retryAfter == .seconds(600))
            let other = try await world.status(Self.call("batch", #"{"cmd":["user.get"]}"#), passing: [])
            #expect(other == 200)
            #expect(world.server.requests.map(\.uri) == ["/rest/crm.lead.list", "/rest/batch"])
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
            #expect(world.clock.deadlines == [APIWorld.moment(45)])
            #expect(world.server.requests.count == 2)
            world.clock.advance(by: .seconds(45))
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

    @Test(arguments: [
        ("cmd[a]=crm.lead.list%3Fstart%3D0&cmd[b]=user.get", "a", "b"),
        ("halt=0&cmd%5Ba%5D=CRM.lead.list%3Ffilter%5BTITLE%5D%3Dx+y&cmd%5Bb%5D=user.get&cmd=none", "a", "b"),
        ("cmd[]=crm.lead.list&cmd[]=user.get", "0", "1"), ("cmd[4]=crm.lead.list&cmd[]=user.get", "4", "5"),
        ("cmd[a]=none&cmd[%]=none&cmd[a]=crm.lead.list&cmd[b]=user.get", "a", "b"),
    ])
    func `counts the inner calls of a form, too, and holds the form back`(
        _ body: String, _ list: String, _ user: String
    ) async throws {
        let inner = #""\#(list)":\#(Self.time(480, resetsIn: 600)),"\#(user)":\#(Self.time(2, resetsIn: 60))"#
        let answer = #"{"result":{"result":[],"result_time":{\#(inner)}},"time":\#(Self.time(7, resetsIn: 60))}"#
        try await APIWorld.with(dialect: .bitrix24, script: .always(.status(200, body: answer))) { world in
            _ = try await world.client.execute(Self.form("batch", body), as: APIWorld.path)
            #expect(world.client.operatingTime(of: "crm.lead.list", under: APIWorld.path)?.used == .seconds(480))
            #expect(world.client.operatingTime(of: "user.get", under: APIWorld.path)?.used == .seconds(2))
            #expect(world.client.operatingTime(of: "batch", under: APIWorld.path) == nil)
            let error = await world.failure(Self.form("batch", body))
            #expect(error?.code == .rateLimited)
            #expect(world.server.requests.count == 1)
        }
    }
}
