// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOHTTP1
import Testing

@testable import CofferHTTP

@Suite struct `a token without TLS` {
    private func client(
        _ url: String, _ change: (inout HTTPClient.Configuration) -> Void
    ) throws -> APIClient {
        var http = try APIWorld.http()
        change(&http)
        return try APIClient(TokenKeeper(accountURL: url), configuration: .init(http: http))
    }

    @Test(arguments: ["acme.api.localhost", "localhost", "127.0.0.1"])
    func `goes to this machine, wherever its names lead`(_ host: String) async throws {
        try await APIServer.with(.good, isPlain: true) { own, port in
            // Another's address: what the system's resolver may answer, which the override stands for.
            try await APIServer.with(.good, at: "127.0.0.2", port: port, isPlain: true) { other, _ in
                let client = try client("http://\(host):\(port)") { http in
                    for name in ["acme.api.localhost", "localhost"] { http.dnsOverride[name] = "127.0.0.2" }
                }
                let response = try await client.execute(APIRequest(target: "/leads?page=2"), as: APIWorld.path)
                try await client.shutdown()
                #expect(response.status == .ok)
                #expect(other.requests.isEmpty)
                let request = try #require(own.requests.first)
                #expect(request.uri == "/leads?page=2")
                #expect(request.token == TokenKeeper.token(1))
                #expect(request.headers["Host"] == ["\(host):\(port)"])
            }
        }
    }

    @Test(arguments: ["http://acme.api.localhost:1", "http://127.0.0.1:1", "http://[::1]:1"])
    func `goes to no proxy`(_ url: String) async throws {
        try await APIServer.with(.good, isPlain: true) { proxy, port in
            let client = try client(url) { $0.proxy = .server(host: "127.0.0.1", port: port) }
            await #expect(throws: APIError(.refusedHost, "", path: APIWorld.path)) {
                _ = try await client.execute(APIRequest(target: "/leads"), as: APIWorld.path)
            }
            try await client.shutdown()
            #expect(proxy.requests.isEmpty)
        }
    }
}
