// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import NIOHTTP1
import Testing

/// Faults that change what the server does, not what becomes of its answer.
@Suite(.timeLimit(.minutes(1))) struct `A server that misbehaves` {
    private func set(_ kind: FaultKind, _ client: SandboxClient, times: Int = 0, seconds: Double? = nil) {
        client.sandbox.faults.set([FaultRule(kind, grantType: "refresh_token", times: times, seconds: seconds)])
    }

    @Test func `clock skew is in every claim and nowhere else`() async throws {
        let time = ManualTime()
        try await withClient(time.configuration()) { client in
            let pair = try await client.connect()
            set(.clockSkew, client, seconds: -7_200)
            let answer = try await client.token(refreshToken: pair.refresh)
            let access = try #require(answer.members["access_token"])
            let stated = try #require(client.claims(of: access)["iat"] as? Int)
            #expect(Double(stated) == time.now.timeIntervalSince1970 - 7_200)
            #expect(answer.members["expires_in"] == "86400")
            #expect(try await client.account(accessToken: access).status == 200)
        }
    }

    @Test func `a token that expired on arrival is refused, and its refresh token is good`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            set(.expiredOnArrival, client, times: 1)
            let answer = try await client.token(refreshToken: pair.refresh)
            #expect(answer.members["expires_in"] == "0")
            #expect(try await client.account(accessToken: #require(answer.members["access_token"])).status == 401)
            #expect(try await client.token(refreshToken: answer.members["refresh_token"]).status == 200)
        }
    }

    @Test func `the same token again has the time that is left, and nothing is spent`() async throws {
        let time = ManualTime()
        try await withClient(time.configuration()) { client in
            let pair = try await client.connect()
            set(.sameTokenAgain, client)
            time.advance(by: 1_000)
            for _ in 0..<2 {
                let answer = try await client.token(refreshToken: pair.refresh)
                #expect(answer.members["access_token"] == pair.access)
                #expect(answer.members["refresh_token"] == pair.refresh)
                #expect(answer.members["expires_in"] == "85400")
            }
        }
    }

    @Test func `a renamed account is at another host, told by the shard, and keeps its tokens`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            set(.renamedAccount, client, times: 1)
            #expect(try await client.token(refreshToken: pair.refresh).status == 404)
            let told = try await client.send(
                .GET, "api-a.\(client.base)", "/oauth2/account/current/subdomain",
                headers: ["X-Refresh-Token": pair.refresh])
            #expect(told.members["domain"] == "acme-2.\(client.base)")
            #expect(told.members["id"] == client.sandbox.accounts.first.map { "\($0.id)" })
            #expect(try await client.token(at: "acme-2", refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `an unresolvable host stands where a host is named`() async throws {
        try await withClient { client in
            client.sandbox.faults.set([FaultRule(.unresolvableHost, at: .consent), FaultRule(.unresolvableHost)])
            let grant = try client.sandbox.authorize(account: "acme")
            #expect(grant.callbackURL.contains("referer=acme.amocrm.invalid&"))
            let answer = try await client.token(code: grant.code)
            let access = try #require(answer.members["access_token"])
            #expect(client.claims(of: access)["api_domain"] as? String == "api-a.amocrm.invalid")
        }
    }

    @Test func `a swapped certificate is refused before a byte is sent, for the account it is meant for`() async throws
    {
        try await withClient { client in
            let pair = try await client.connect("birch")
            client.sandbox.faults.set([FaultRule(.certificateSwap, account: "acme", times: 1)])
            let number = client.sandbox.log.records.count
            await #expect(throws: (any Error).self) { try await client.token(at: "acme", code: "x") }
            #expect(client.sandbox.log.records.count == number)
            #expect(try await client.token(at: "birch", refreshToken: pair.refresh).status == 200)
            #expect(try await client.token(at: "acme", code: "x").status == 400)
        }
    }

    @Test func `a secret that changed underneath is refused, and the operator sees the new one`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            let old = client.sandbox.integration.clientSecret
            set(.secretChanged, client, times: 1)
            #expect(try await client.token(refreshToken: pair.refresh).status == 401)
            #expect(client.sandbox.integration.clientSecret != old)
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `within a grace window the old token returns the same answer, and after it nothing`() async throws {
        let time = ManualTime()
        try await withClient(time.configuration()) { client in
            let pair = try await client.connect()
            set(.graceWindow, client, times: 1, seconds: 30)
            let first = try await client.token(refreshToken: pair.refresh)
            time.advance(by: 29)
            let again = try await client.token(refreshToken: pair.refresh)
            #expect(again.members["refresh_token"] == first.members["refresh_token"])
            #expect(again.members["access_token"] == first.members["access_token"])
            time.advance(by: 1)
            #expect(try await client.token(refreshToken: pair.refresh).status == 401)
        }
    }

    @Test(arguments: ["access", "refresh"])
    func `the old tokens serve until a new one is used`(used: String) async throws {
        try await withClient { client in
            let pair = try await client.connect()
            set(.oldTokenUntilNewIsUsed, client)
            _ = try await client.token(refreshToken: pair.refresh)
            #expect(try await client.account(accessToken: pair.access).status == 200)
            let next = try await client.token(refreshToken: pair.refresh)
            let refresh = try #require(next.members["refresh_token"])
            if used == "access" {
                #expect(try await client.account(accessToken: #require(next.members["access_token"])).status == 200)
            } else {
                #expect(try await client.token(refreshToken: refresh).status == 200)
            }
            #expect(try await client.account(accessToken: pair.access).status == 401)
            #expect(try await client.token(refreshToken: pair.refresh).status == 401)
        }
    }

    @Test func `a wrong secret spends the token`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            set(.wrongSecretSpends, client)
            let wrong = ["client_secret": "wrong"]
            let refused = try await client.token(refreshToken: pair.refresh, changing: wrong)
            #expect(refused.members["hint"] == nil)
            let answer = try await client.token(refreshToken: pair.refresh)
            #expect(answer.members["hint"] == "Token has been revoked")
        }
    }

    @Test func `several of them and one bent answer meet in one request`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            client.sandbox.faults.set([
                FaultRule(.graceWindow, times: 0), FaultRule(.answerLost), FaultRule(.serverError),
            ])
            await #expect(throws: (any Error).self) { try await client.token(refreshToken: pair.refresh) }
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
            let records = client.sandbox.log.requests(carrying: pair.refresh)
            #expect(records.map(\.fault) == ["grace_window+answer_lost", "grace_window"])
        }
    }
}
