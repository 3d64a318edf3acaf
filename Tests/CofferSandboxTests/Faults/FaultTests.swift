// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferSandbox
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Faults` {
    @Test(arguments: [FaultKind.answerLost, .reset, .truncatedBody])
    func `a cut connection has spent the token only where it says so`(kind: FaultKind) async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(kind, grantType: "refresh_token")])
            await #expect(throws: (any Error).self) { try await client.token(refreshToken: pair.refresh) }
            let next = try await client.token(refreshToken: pair.refresh)
            #expect(next.status == (kind == .reset ? 200 : 401))
            let records = client.sandbox.log.requests(carrying: pair.refresh)
            #expect(records.map(\.fault) == [kind.rawValue, nil])
        }
    }

    @Test func `a hanging answer waits for the client to give up`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(.hang, grantType: "refresh_token")])
            let arrivals = client.sandbox.log.arrivals()
            let request = Task { try await client.token(refreshToken: pair.refresh) }
            for await record in arrivals where record.grantType == "refresh_token" { break }
            request.cancel()
            await #expect(throws: (any Error).self) { try await request.value }
            #expect(client.sandbox.log.requests(carrying: pair.refresh).map(\.status) == [nil])
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `a sandbox stops although an answer hangs`() async throws {
        var request: Task<SandboxClient.Answer, any Error>?
        try await withClient { client in
            client.sandbox.faults.set([FaultRule(.hang)])
            let arrivals = client.sandbox.log.arrivals()
            let code = try client.sandbox.authorize(account: "acme").code
            request = Task { try await client.token(code: code) }
            for await record in arrivals where record.endpoint == .token { break }
        }
        await #expect(throws: (any Error).self) { try await request?.value }
    }

    @Test func `a body without an end goes on past what a client should read`() async throws {
        try await withClient { client in
            client.sandbox.faults.set([FaultRule(.endlessBody)])
            let response = try await client.open(.POST, "acme.\(client.base)", "/oauth2/access_token", body: "{}")
            #expect(response.status == .ok)
            var count = 0
            for try await chunk in response.body {
                count += chunk.readableBytes
                if count > 2 * 1024 * 1024 { break }
            }
            #expect(count > 2 * 1024 * 1024)
        }
    }

    @Test(arguments: [
        (FaultKind.htmlBody, 200, "text/html; charset=utf-8"), (.emptyBody, 200, "application/json"),
        (.errorInSuccess, 200, "application/json"), (.hugeBody, 200, "application/json"),
        (.redirect, 307, "text/plain"), (.tooManyRequests, 429, "text/html; charset=utf-8"),
        (.serverError, 500, "text/html; charset=utf-8"),
    ])
    func `a bent answer has its status and type and spends nothing`(
        kind: FaultKind, status: Int, type: String
    ) async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(kind, grantType: "refresh_token", retryAfterSeconds: 3)])
            let answer = try await client.token(refreshToken: pair.refresh)
            #expect(answer.status == status)
            #expect(answer.headers.first(name: "content-type") == type)
            #expect(answer.members["access_token"] == nil)
            #expect((answer.headers.first(name: "retry-after") == "3") == [429, 500].contains(status))
            switch kind {
            case .emptyBody: #expect(answer.body.isEmpty)
            case .errorInSuccess: #expect(answer.members["error"] == "invalid_grant")
            case .hugeBody: #expect(answer.body.count > 5 * 1024 * 1024)
            case .redirect: #expect(answer.headers.first(name: "location")?.hasPrefix("https://elsewhere.") == true)
            default: #expect(answer.text.contains("<title>"))
            }
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `an answer without access token still carries the new refresh token`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(.missingAccessToken, grantType: "refresh_token")])
            let answer = try await client.token(refreshToken: pair.refresh)
            #expect(answer.members["access_token"] == nil)
            let refresh: String = try #require(answer.members["refresh_token"])
            #expect(try await client.token(refreshToken: refresh).status == 200)
        }
    }

    @Test func `a rule hits the requests it counts, in order, and no other`() async throws {
        try await withClient { client in
            client.sandbox.faults.set([
                FaultRule(.serverError, account: "birch", nth: 2, times: 2),
                FaultRule(.emptyBody, account: "birch", nth: 3),
            ])
            var statuses: [Int] = []
            for account in ["acme", "birch", "birch", "birch", "birch"] {
                statuses.append(try await client.token(at: account, code: "x").status)
            }
            #expect(statuses == [400, 400, 500, 500, 400])
        }
    }

    @Test func `a processed rule spends the token behind the page`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([FaultRule(.serverError, grantType: "refresh_token", processed: true)])
            #expect(try await client.token(refreshToken: pair.refresh).status == 500)
            #expect(try await client.token(refreshToken: pair.refresh).status == 401)
        }
    }

    @Test func `rules are set, shown and removed over HTTP, and a bad one changes nothing`() async throws {
        try await withClient { client in
            let rules = "{\"rules\":[{\"endpoint\":\"token\",\"fault\":\"server_error\",\"times\":0}]}"
            let set = try await client.send(.POST, client.base, "/sandbox/faults", body: rules)
            #expect(set.status == 200)
            #expect(client.sandbox.faults.rules == [FaultRule(.serverError, times: 0)])
            let bad = try await client.send(
                .POST, client.base, "/sandbox/faults", body: "{\"rules\":[{\"fault\":\"x\"}]}")
            #expect(bad.status == 400)
            for (member, name) in [
                ("\"status\":99", "status"), ("\"status\":1000", "status"), ("\"status\":200", "status"),
                ("\"seconds\":1e300", "seconds"), ("\"seconds\":-1", "seconds"),
                ("\"retry_after_seconds\":-1", "retry_after_seconds"), ("\"nth\":0", "nth"),
                ("\"nth\":-9223372036854775808", "nth"), ("\"times\":-1", "times"),
            ] {
                let far = try await client.send(
                    .POST, client.base, "/sandbox/faults",
                    body: "{\"rules\":[{\"endpoint\":\"token\",\"fault\":\"server_error\",\(member)}]}")
                #expect(far.status == 400 && far.text.contains("The \(name) of a rule"), "\(member): \(far.text)")
            }
            #expect(client.sandbox.faults.rules.count == 1)
            for _ in 0..<3 { #expect(try await client.token(code: "x").status == 500) }
            #expect(try await client.send(.DELETE, client.base, "/sandbox/faults").status == 200)
            #expect(try await client.token(code: "x").status == 400)
        }
    }
}
