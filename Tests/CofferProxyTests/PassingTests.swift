// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import NIOHTTP1
import Testing

@testable import CofferProxy

/// What a proxy does with a request that it passes on, and with its answer.
@Suite struct `A proxy` {
    @Test(arguments: [true, false])
    func `attaches the token, and lets nothing through that is of the connection or of its client`(atSocket: Bool)
        async throws
    {
        let reply = Upstream.Reply(
            headers: [
                ("Set-Cookie", "session=made-up"), ("X-Own", "kept"), ("Keep-Alive", "timeout=5"),
                ("Access-Control-Allow-Origin", "*"), ("Alt-Svc", "h3=\":443\""), ("Coffer-Error", "made-up"),
            ], body: #"{"id":1}"#)
        try await ProxyWorld.with(atSocket: atSocket, script: .always(reply)) { world in
            let answer = try await world.ask(
                "GET /api/./v4/leads?limit=2",
                [
                    "Cookie: a=b", "X-Own: kept", "Connection: X-Named", "X-Named: made-up", "Keep-Alive: 1",
                    "Proxy-Authorization: made-up", "Accept-Encoding: gzip", "DPoP: made-up",
                ])
            #expect(answer.status == 200)
            #expect(answer.body == #"{"id":1}"#)
            #expect(answer.values("X-Own") == ["kept"])
            for name in ["Set-Cookie", "Keep-Alive", "Access-Control-Allow-Origin", "Alt-Svc", "Coffer-Error"] {
                #expect(answer.values(name).isEmpty, "\(name)")
            }
            #expect(!answer.text.contains(CountingTokens.marker))
            let request = try #require(world.upstream.requests.first)
            #expect(request.uri == "/api/v4/leads?limit=2")
            #expect(request.headers["Authorization"] == ["Bearer \(CountingTokens.token(1))"])
            #expect(request.headers["X-Own"] == ["kept"])
            #expect(request.headers["Accept-Encoding"] == ["identity"])
            #expect(request.headers["Host"] != ["acme"] && request.headers["Host"] != [world.place])
            for name in ["Cookie", "X-Named", "Keep-Alive", "Proxy-Authorization", "DPoP"] {
                #expect(!request.headers.contains(name: name), "\(name)")
            }
            // Once; again where the token comes so late, on a machine that stands still, that the place has gone by.
            #expect((1...2).contains(world.tokens.waits))
        }
    }

    @Test func `sends once more, with another token, what was refused`() async throws {
        let script = Upstream.Script { request, _ in
            let isFirst = request.headers["Authorization"] == ["Bearer \(CountingTokens.token(1))"]
            return Upstream.Reply(status: isFirst ? 401 : 201)
        }
        try await ProxyWorld.with(script: script) { world in
            let answer = try await world.ask("POST /leads", ["Content-Type: text/plain"], body: "made-up")
            #expect(answer.status == 201)
            #expect(world.upstream.requests.map(\.text) == ["made-up", "made-up"])
            #expect(world.upstream.requests.allSatisfy { $0.headers["Content-Type"] == ["text/plain"] })
        }
    }

    @Test func `streams what is too large to be kept, and so sends it once`() async throws {
        let large = String(repeating: "a", count: 5 << 20)
        let script = Upstream.Script { _, number in Upstream.Reply(status: number == 1 ? 200 : 401) }
        try await ProxyWorld.with(script: script) { world in
            #expect(try await world.ask("PUT /file", body: large).status == 200)
            #expect(world.upstream.requests.first?.body.count == 5 << 20)
            let refused = try await world.ask("PUT /file", body: large)
            #expect(refused.status == 502 && refused.code == "rejected")
            #expect(world.upstream.requests.count == 2)
        }
    }

    @Test func `reads a body in chunks, and says that it may come`() async throws {
        try await ProxyWorld.with { world in
            let answer = try await world.exchange(
                "POST /leads HTTP/1.1\r\n\(world.fields)Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "4\r\nmade\r\n3\r\n-up\r\n0\r\nX-Trailer: dropped\r\n\r\n")
            #expect(answer.text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
            #expect(world.upstream.requests.map(\.text) == ["made-up"])
            #expect(world.upstream.requests.first?.headers["Expect"] == [])
        }
    }

    @Test func `serves one request after the other on a connection`() async throws {
        let script = Upstream.Script { _, number in Upstream.Reply(body: "\(number)") }
        try await ProxyWorld.with(atSocket: true, script: script) { world in
            let answer = try await world.exchange(
                "GET /one HTTP/1.1\r\nHost: acme\r\n\r\nHEAD /two HTTP/1.1\r\nHost: acme\r\n\r\n"
                    + "GET /three HTTP/1.1\r\nHost: acme\r\nConnection: close\r\n\r\n")
            #expect(answer.text.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
            #expect(answer.text.hasSuffix("\r\n\r\n3"))
            #expect(world.upstream.requests.map(\.uri) == ["/one", "/two", "/three"])
        }
    }

    @Test func `follows no redirect, and shows where it leads`() async throws {
        let reply = Upstream.Reply(status: 302, headers: [("Location", "https://evil.example/made-up")])
        try await ProxyWorld.with(script: .always(reply)) { world in
            let answer = try await world.ask("GET /file")
            #expect(answer.status == 302 && answer.code == nil)
            #expect(answer.values("Location") == ["https://evil.example/made-up"])
            #expect(world.upstream.requests.count == 1)
        }
    }

    @Test func `stops when the account is blocked`() async throws {
        let reply = Upstream.Reply(status: 403, body: "<html>made-up</html>")
        try await ProxyWorld.with(provider: "amocrm", script: .always(reply)) { world in
            for _ in 1...2 {
                let answer = try await world.ask("GET /leads")
                #expect(answer.status == 403 && answer.code == "blocked")
            }
            #expect(world.upstream.requests.count == 1)
        }
    }

    @Test func `says what became of a request that it could not pass on, and no more`() async throws {
        try await ProxyWorld.with(script: .always(.init(status: 401))) { world in
            let answer = try await world.ask("GET /leads")
            #expect(answer.status == 502 && answer.code == "rejected")
            #expect(answer.body.contains(#""path":"main/crm/acme""#))
            #expect(!answer.text.contains(CountingTokens.marker))
        }
    }

    @Test func `passes an answer on whatever its status`() async throws {
        let reply = Upstream.Reply(status: 422, body: "made-up")
        try await ProxyWorld.with(script: .always(reply)) { world in
            let answer = try await world.ask("DELETE /leads/1")
            #expect(answer.status == 422 && answer.code == nil && answer.body == "made-up")
        }
    }
}
