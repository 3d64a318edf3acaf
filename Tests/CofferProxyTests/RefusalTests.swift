// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferProxy

/// Each thing that a proxy on TCP passes on from nobody, against one that runs.
@Suite struct `A proxy refuses` {
    /// Sends each request, and expects its status, the code where the proxy gives one, and that the API heard nothing.
    private static func expect(
        _ world: ProxyWorld, _ cases: [(String, Int, String)]
    ) async throws {
        for (request, status, code) in cases {
            let answer = try await world.exchange(request)
            #expect(answer.status == status, "\(request.prefix(200))")
            #expect(answer.code == code, "\(request.prefix(200))")
            #expect(answer.values("Connection") == ["close"], "\(request.prefix(200))")
        }
        #expect(world.upstream.requests.isEmpty)
    }

    @Test func `a Host that is not its own, as a page says whose name leads to this machine`() async throws {
        try await ProxyWorld.with { world in
            let port = world.place.split(separator: ":").last ?? ""
            let bearer = "Authorization: Bearer \(ProxyWorld.bearer)\r\nConnection: close\r\n\r\n"
            let hosts = [
                "rebound.example:\(port)", "localhost:\(port)", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.:\(port)",
                "[::1]:\(port)", "evil.example", "user@127.0.0.1:\(port)",
            ]
            let own = "Host: \(world.place)\r\n"
            try await Self.expect(
                world, hosts.map { ("GET /leads HTTP/1.1\r\nHost: \($0)\r\n\(bearer)", 421, "wrong_host") })
            try await Self.expect(
                world,
                [
                    ("GET /leads HTTP/1.1\r\n\(bearer)", 400, "malformed"),
                    ("GET /leads HTTP/1.1\r\n\(own)\(own)\(bearer)", 400, "malformed"),
                ])
        }
    }

    @Test func `whatever a browser adds to a page's requests`() async throws {
        try await ProxyWorld.with { world in
            let added = [
                "Origin: https://evil.example", "Origin: null", "Origin: http://\(world.place)", "origin:",
                "Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "sec-fetch-dest: image", "Sec-WebSocket-Key: x",
                "Access-Control-Request-Method: GET",
            ]
            try await Self.expect(
                world, added.map { ("GET /leads HTTP/1.1\r\n\(world.fields)\($0)\r\n\r\n", 403, "browser") })
        }
    }

    @Test func `whoever does not show its bearer`() async throws {
        try await ProxyWorld.with { world in
            let host = "Host: \(world.place)\r\nConnection: close\r\n"
            let own = "Authorization: Bearer \(ProxyWorld.bearer)"
            let shown = [
                "", "Authorization: Bearer made-up-other\r\n", "Authorization: Bearer\r\n",
                "Authorization: Basic \(ProxyWorld.bearer)\r\n", "Authorization: \(ProxyWorld.bearer)\r\n",
                "Proxy-\(own)\r\n", "\(own)\r\n\(own)\r\n", "\(own)x\r\n",
            ]
            let line = "GET /leads?access_token=\(ProxyWorld.bearer) HTTP/1.1"
            try await Self.expect(world, shown.map { ("\(line)\r\n\(host)\($0)\r\n", 401, "wrong_bearer") })
        }
    }

    @Test func `methods and targets that lead elsewhere, or send the token back`() async throws {
        try await ProxyWorld.with { world in
            let rest = "HTTP/1.1\r\n\(world.fields)\r\n"
            try await Self.expect(
                world,
                [
                    ("CONNECT evil.example:443 \(rest)", 405, "method_not_allowed"),
                    ("TRACE /leads \(rest)", 405, "method_not_allowed"),
                    ("GET http://evil.example/leads \(rest)", 400, "not_a_path"),
                    ("GET http://\(world.place)/leads \(rest)", 400, "not_a_path"),
                    ("OPTIONS * \(rest)", 400, "not_a_path"),
                    ("GET //evil.example/leads \(rest)", 400, "bad_path"),
                    ("GET /%5cevil.example \(rest)", 400, "bad_path"),
                    ("GET /a%00b \(rest)", 400, "bad_path"),
                    ("GET /a%0d%0ab \(rest)", 400, "bad_path"),
                    ("GET /a%zz \(rest)", 400, "bad_path"),
                    ("GET /\(String(repeating: "a", count: 9000)) \(rest)", 414, "too_long"),
                ])
        }
    }

    @Test func `what two readers may read differently, and what it does not speak`() async throws {
        try await ProxyWorld.with { world in
            let start = "POST /leads HTTP/1.1\r\n\(world.fields)"
            let chunked = "Transfer-Encoding: chunked\r\n"
            try await Self.expect(
                world,
                [
                    ("\(start)Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "malformed"),
                    ("\(start)Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", 400, "malformed"),
                    ("\(start)Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400, "malformed"),
                    ("\(start)Content-Length: 2, 2\r\n\r\n{}", 400, "malformed"),
                    ("\(start)Content-Length: +2\r\n\r\n{}", 400, "malformed"),
                    ("\(start)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400, "malformed"),
                    ("\(start)\(chunked)\(chunked)\r\n0\r\n\r\n", 400, "malformed"),
                    ("\(start)X-Own : made-up\r\n\r\n", 400, "malformed"),
                    ("\(start)X-Own: \(String(repeating: "a", count: 40_000))\r\n\r\n", 400, "malformed"),
                    ("made-up nonsense\r\n\r\n", 400, "malformed"),
                    ("GET /leads HTTP/1.0\r\n\(world.fields)\r\n", 505, "unsupported_version"),
                    ("GET /leads HTTP/1.1\r\n\(world.fields)Upgrade: websocket\r\n\r\n", 501, "unsupported"),
                    ("GET /leads HTTP/1.1\r\n\(world.fields)Upgrade: h2c\r\n\r\n", 501, "unsupported"),
                    ("GET /leads HTTP/1.1\r\n\(world.fields)TE: trailers\r\n\r\n", 501, "unsupported"),
                    ("\(start)Expect: made-up\r\nContent-Length: 2\r\n\r\n{}", 417, "expectation_failed"),
                    ("\(start)Content-Length: 2147483648\r\n\r\n", 413, "too_large"),
                ])
        }
    }
}
