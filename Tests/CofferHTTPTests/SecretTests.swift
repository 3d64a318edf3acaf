// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import NIOCore
import NIOHTTP1
import Testing

@testable import CofferHTTP

@Suite struct `tokens stay out` {
    private static func text(_ value: Any) -> String {
        var dumped = ""
        dump(value, to: &dumped, maxDepth: 20)
        return "\(value) \(String(reflecting: value)) \(dumped)"
    }

    @Test(arguments: [401, 402, 403, 429, 500, 503, 504, 302]) func `of what a request ends in`(_ status: Int)
        async throws
    {
        // A server that gives back all it was given.
        let script = APIServer.Script { request, _ in
            .status(
                status,
                [
                    ("Location", "https://\(request.token ?? "").example/?token=\(request.token ?? "")"),
                    ("Retry-After", "999"),
                ],
                body: "\(request.headers)")
        }
        for dialect in [APIDialect.standard, .amocrm] {
            try await APIWorld.with(dialect: dialect, script: script) { world in
                do {
                    let response = try await world.client.execute(APIRequest(target: "/leads"), as: APIWorld.path)
                    // The body and the headers are the server's own words; what we add is not to have it.
                    #expect(response.history.isEmpty)
                } catch {
                    #expect(!Self.text(error).contains(APIWorld.marker))
                    #expect(error is APIError)
                }
            }
        }
    }

    @Test func `of an answer's history`() async throws {
        try await APIWorld.with(script: .good) { world in
            let response = try await world.client.execute(APIRequest(target: "/leads"), as: APIWorld.path)
            #expect(response.history.isEmpty)
            #expect(!Self.text(response).contains(APIWorld.marker))
        }
    }

    @Test func `of a client's description`() async throws {
        try await APIWorld.with(script: .always(.status(429, [("Retry-After", "999")]))) { world in
            _ = await world.failure()
            #expect(!Self.text(world.client).contains(APIWorld.marker))
        }
    }

    @Test func `of headers that they would break`() async throws {
        try await APIWorld.with(script: .good) { world in
            let tokens = StaticCredentialProvider([
                Credential(
                    path: APIWorld.path, value: Secret("\(APIWorld.marker)\r\nX: y"),
                    accountURL: "https://acme.api.localhost:\(world.port)")
            ])
            let client = try APIClient(tokens, configuration: .init(http: try APIWorld.http()))
            do {
                _ = try await client.execute(APIRequest(target: "/"), as: APIWorld.path)
                Issue.record("a header was broken")
            } catch let error as APIError {
                #expect(error.code == .unsuitable)
                #expect(!Self.text(error).contains(APIWorld.marker))
            }
            try await client.shutdown()
            #expect(world.server.requests.isEmpty)
        }
    }
}
