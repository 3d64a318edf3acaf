// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferSandbox
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A bent answer` {
    @Test func `a reset in the answer comes after its first byte, and the token is spent`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(.resetInAnswer, grantType: "refresh_token")])
            let response = try await client.openToken(refreshToken: pair.refresh)
            #expect(response.status == .ok)
            var bytes = 0
            await #expect(throws: (any Error).self) {
                for try await chunk in response.body { bytes += chunk.readableBytes }
            }
            #expect(bytes <= 1)
            #expect(try await client.token(refreshToken: pair.refresh).status == 401)
        }
    }

    @Test func `a drip without a pause is the whole answer, byte by byte`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(.slowDrip, grantType: "refresh_token", seconds: 0)])
            let answer = try await client.token(refreshToken: pair.refresh)
            #expect(answer.status == 200)
            #expect(try await client.token(refreshToken: answer.members["refresh_token"]).status == 200)
        }
    }

    @Test func `a slow drip begins, and goes on for longer than anybody waits`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(.slowDrip, grantType: "refresh_token", seconds: 3_600)])
            let response = try await client.openToken(refreshToken: pair.refresh)
            var bytes = response.body.makeAsyncIterator()
            #expect(try await bytes.next()?.readableBytes == 1)
        }
    }

    @Test func `a wrong content type is the only thing that is wrong`() async throws {
        try await withClient { client in
            client.sandbox.faults.set([FaultRule(.wrongContentType)])
            let answer = try await client.token(code: try client.sandbox.authorize(account: "acme").code)
            #expect(answer.headers.first(name: "content-type") == "text/plain")
            #expect(answer.members["access_token"] != nil)
        }
    }

    @Test func `gzip comes to a client that did not ask for it, and unpacks to the true answer`() async throws {
        try await withClient { client in
            client.sandbox.faults.set([FaultRule(.gzip)])
            let answer = try await client.token(code: try client.sandbox.authorize(account: "acme").code)
            #expect(answer.headers.first(name: "content-encoding") == "gzip")
            #expect(answer.body.prefix(2) == Data([0x1f, 0x8b]))
            #expect(answer.text.contains("\"access_token\""))
            #expect(answer.headers.first(name: "content-length") == "\(answer.body.count)")
        }
    }

    @Test func `duplicate keys hold a made-up token first and the true one behind`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(.duplicateKeys)])
            let answer = try await client.token(refreshToken: pair.refresh)
            #expect(answer.text.hasPrefix("{\"access_token\":\"decoy-access\",\"refresh_token\":\"decoy-refresh\","))
            #expect(answer.text.components(separatedBy: "\"refresh_token\"").count == 3)
        }
    }

    @Test(arguments: [(500, "Internal Server Error"), (502, "Bad Gateway"), (503, "Service Temporarily Unavailable")])
    func `a server error has the status of the rule`(status: Int, title: String) async throws {
        try await withClient { client in
            client.sandbox.faults.set([FaultRule(.serverError, status: status)])
            let answer = try await client.token(code: "x")
            #expect(answer.status == status)
            #expect(answer.text.contains(title))
            #expect(answer.headers.first(name: "retry-after") == nil)
        }
    }

    @Test(arguments: [(FaultKind.forbidden, 403), (.tooManyRequests, 429)])
    func `a storm goes on as long as the rule says`(kind: FaultKind, status: Int) async throws {
        try await withClient { client in
            client.sandbox.faults.set([FaultRule(kind, times: 4)])
            var statuses: [Int] = []
            for _ in 0..<5 { statuses.append(try await client.token(code: "x").status) }
            #expect(statuses == [status, status, status, status, 400])
        }
    }
}
