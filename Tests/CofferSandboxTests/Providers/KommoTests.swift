// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct `An emulated Kommo` {
    @Test func `it is amoCRM under its own name, with server_time and platform 2`() async throws {
        try await withClient(SandboxConfiguration(.kommo)) { client in
            let grant = try client.sandbox.authorize(account: "acme")
            let query = try #require(URLComponents(string: grant.callbackURL)?.queryItems)
            #expect(query.first { $0.name == "referer" }?.value == "acme.kommo.localhost:\(client.sandbox.port)")
            #expect(query.first { $0.name == "platform" }?.value == "2")
            let answer = try await client.token(code: grant.code)
            #expect(answer.status == 200)
            #expect(answer.members["server_time"] != nil)
            let access = try #require(answer.members["access_token"])
            #expect(try await client.account(accessToken: access).members["subdomain"] == "acme")
            #expect(try await client.send(.GET, client.base, "/", headers: ["Host": "amocrm.localhost"]).status == 404)
        }
    }

    @Test func `sandbox json names the provider and its consent page`() async throws {
        try await withSandbox(SandboxConfiguration(.kommo)) { sandbox in
            let file = SandboxFile(sandbox)
            #expect(file.provider == .kommo)
            #expect(file.authorizationURL == "https://www.kommo.localhost:\(sandbox.port)/oauth")
            #expect(file.accounts.first?.host == "acme.kommo.localhost:\(sandbox.port)")
        }
    }
}
