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
