// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct `An emulated Bitrix24` {
    private func configuration(_ time: ManualTime) -> SandboxConfiguration {
        var configuration = SandboxConfiguration(.bitrix24)
        configuration.now = { time.now }
        configuration.limits = .unlimited
        return configuration
    }

    private func token(
        _ client: SandboxClient, _ changes: [String: String], method: HTTPMethod = .POST
    ) async throws -> SandboxClient.Answer {
        let integration = client.sandbox.integration
        let fields = ["client_id": integration.clientID, "client_secret": integration.clientSecret]
            .merging(changes) { $1 }
        guard method == .GET else { return try await client.form(client.base, "/oauth/token/", fields) }
        let query = fields.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        return try await client.send(.GET, client.base, "/oauth/token/?\(query)")
    }

    private func profile(_ client: SandboxClient) async throws -> SandboxClient.Answer {
        try await client.send(.GET, "acme.\(client.base)", "/rest/profile")
    }

    private func connect(_ client: SandboxClient) async throws -> SandboxClient.Answer {
        let code = try client.sandbox.authorize(account: "acme", state: "s").code
        return try await token(client, ["grant_type": "authorization_code", "code": code])
    }

    @Test func `the callback names the portal, and the answer the authorization server`() async throws {
        try await withClient(configuration(ManualTime())) { client in
            let grant = try client.sandbox.authorize(account: "acme", state: "s")
            let items = try #require(URLComponents(string: grant.callbackURL)?.queryItems)
            let query = Dictionary(items.map { ($0.name, $0.value ?? "") }) { $1 }
            #expect(query["domain"] == "acme.\(client.base)")
            #expect(query["server_domain"] == client.base)
            let answer = try await token(client, ["grant_type": "authorization_code", "code": grant.code])
            #expect(answer.status == 200)
            #expect(answer.members["token_type"] == nil)
            #expect(answer.members["domain"] == client.base)
            #expect(answer.members["client_endpoint"] == "https://acme.\(client.base)/rest/")
            #expect(answer.members["member_id"] == query["member_id"])
            #expect(answer.members["member_id"]?.count == 32)
            #expect(answer.members["expires_in"] == "3600")
            #expect(answer.members["expires"] == "1800003600")
        }
    }

    @Test func `a wrong client is an error with 200, a wrong secret one with 400`() async throws {
        try await withClient(configuration(ManualTime())) { client in
            let unknown = try await token(client, ["client_id": "local.x", "grant_type": "refresh_token"])
            #expect(unknown.status == 200)
            #expect(unknown.members["error"] == "wrong_client")
            let wrong = try await token(client, ["client_secret": "x", "grant_type": "refresh_token"])
            #expect(wrong.status == 400)
            #expect(wrong.members["error"] == "invalid_client")
            let missing = try await token(client, ["grant_type": "refresh_token"])
            #expect(missing.members["error_description"] == "No \"refresh_token\" parameter found")
        }
    }

    @Test(arguments: [HTTPMethod.GET, .POST])
    func `a refresh token is used once, by GET or by a form`(method: HTTPMethod) async throws {
        try await withClient(configuration(ManualTime())) { client in
            let refresh: String = try #require(try await connect(client).members["refresh_token"])
            let fields = ["grant_type": "refresh_token", "refresh_token": refresh]
            #expect(try await token(client, fields, method: method).status == 200)
            let again = try await token(client, fields, method: method)
            #expect(again.status == 400)
            #expect(again.members == ["error": "invalid_grant"])
        }
    }

    @Test func `a code lives for thirty seconds, a token for an hour`() async throws {
        let time = ManualTime()
        try await withClient(configuration(time)) { client in
            let access: String = try #require(try await connect(client).members["access_token"])
            let call = "/rest/app.info?auth=\(access)"
            let info = try await client.send(.GET, client.base, call)
            #expect(info.status == 200)
            #expect(info.text.contains("\"operating_reset_at\":"))
            #expect(try await client.send(.GET, "birch.\(client.base)", "/rest/profile?auth=\(access)").status == 401)
            time.advance(by: 3_600)
            #expect(try await client.send(.GET, client.base, call).members["error"] == "expired_token")
            let code = try client.sandbox.authorize(account: "acme").code
            time.advance(by: 30)
            let late = try await token(client, ["grant_type": "authorization_code", "code": code])
            #expect(late.members["error"] == "invalid_grant")
        }
    }

    @Test func `a refusal is a page, and nobody is sent back`() async throws {
        try await withClient(configuration(ManualTime())) { client in
            let answer = try await client.form(
                "acme.\(client.base)", "/oauth/authorize/",
                ["client_id": client.sandbox.integration.clientID, "decision": "deny"])
            #expect(answer.status == 403)
            #expect(answer.headers.first(name: "location") == nil)
        }
    }

    @Test func `a renamed portal redirects, keeps its id, and is told by the next refresh`() async throws {
        try await withClient(configuration(ManualTime())) { client in
            let first = try await connect(client)
            #expect(try client.sandbox.rename(account: "acme") == "acme-2")
            let old = try await client.send(.GET, "acme.\(client.base)", "/rest/profile?auth=x")
            #expect(old.status == 302)
            #expect(old.headers.first(name: "location") == "https://acme-2.\(client.base)/rest/profile?auth=x")
            let refresh: String = try #require(first.members["refresh_token"])
            let next = try await token(client, ["grant_type": "refresh_token", "refresh_token": refresh])
            #expect(next.members["client_endpoint"] == "https://acme-2.\(client.base)/rest/")
            #expect(next.members["member_id"] == first.members["member_id"])
        }
    }

    @Test func `over the bucket comes 503 QUERY_LIMIT_EXCEEDED, then OVERLOAD_LIMIT`() async throws {
        let time = ManualTime()
        var configuration = configuration(time)
        configuration.limits = SandboxConfiguration(.bitrix24).limits
        try await withClient(configuration) { client in
            let first = try await profile(client)
            #expect(first.members["error"] == "NO_AUTH_FOUND")
            for _ in 0..<49 { #expect(try await profile(client).status == 401) }
            #expect(try await profile(client).members["error"] == "QUERY_LIMIT_EXCEEDED")
            time.advance(by: 1)
            for _ in 0..<2 { #expect(try await profile(client).status == 401) }
            for _ in 0..<9 { #expect(try await profile(client).status == 503) }
            time.advance(by: 10)
            #expect(try await profile(client).members["error"] == "OVERLOAD_LIMIT")
        }
    }

    @Test func `a new secret ends all grants`() async throws {
        try await withClient(configuration(ManualTime())) { client in
            let refresh: String = try #require(try await connect(client).members["refresh_token"])
            try client.sandbox.regenerateSecret(of: client.sandbox.integration)
            let answer = try await token(client, ["grant_type": "refresh_token", "refresh_token": refresh])
            #expect(answer.members["error"] == "invalid_grant")
        }
    }

    @Test func `an application that is added anew has another id, and the old one is dead`() async throws {
        try await withClient(configuration(ManualTime())) { client in
            let old = client.sandbox.integration
            let first = try await connect(client)
            let refresh: String = try #require(first.members["refresh_token"])
            let access: String = try #require(first.members["access_token"])
            let made = try await client.send(
                .POST, client.base, "/operator/integrations/\(old.clientID)/anew",
                headers: ["Accept": "application/json"])
            #expect(made.status == 200)
            let new = client.sandbox.integration
            #expect(client.sandbox.integrations == [new])
            #expect(new.clientID != old.clientID && new.clientSecret != old.clientSecret)
            #expect(made.members["client_id"] == new.clientID && made.members["client_secret"] == new.clientSecret)
            let ask = ["grant_type": "refresh_token", "refresh_token": refresh]
            let formerly = ask.merging(["client_id": old.clientID, "client_secret": old.clientSecret]) { $1 }
            let dead = try await token(client, formerly)
            #expect(dead.status == 400 && dead.members["error"] == "invalid_client")
            #expect(try await token(client, ask).members["error"] == "invalid_grant")
            #expect(try await client.send(.GET, client.base, "/rest/app.info?auth=\(access)").status == 401)
            let again = try await connect(client)
            #expect(again.members["member_id"] == first.members["member_id"])
        }
    }

    @Test func `an application may stand beside the one it was added after, until that is deleted`() async throws {
        try await withClient(configuration(ManualTime())) { client in
            let old = client.sandbox.integration
            let refresh: String = try #require(try await connect(client).members["refresh_token"])
            let new = try client.sandbox.addAnew(old, keepingOld: true)
            #expect(client.sandbox.integrations == [old, new])
            #expect(
                try await token(client, ["grant_type": "refresh_token", "refresh_token": refresh]).status == 200)
            try client.sandbox.delete(old)
            #expect(client.sandbox.integrations == [new])
            #expect(throws: SandboxError.self) { try client.sandbox.delete(new) }
        }
    }

    @Test func `events carry one application_token, and tokens only when installed`() async throws {
        try await withClient(configuration(ManualTime())) { client in
            func fields(_ text: String) -> [String: String] {
                let items = URLComponents(string: "https://x/?\(text)")?.queryItems ?? []
                return Dictionary(items.map { ($0.name, $0.value ?? "") }) { $1 }
            }
            let installed = fields(try client.sandbox.portalEvent(.installed, account: "acme"))
            let refresh: String = try #require(installed["auth[refresh_token]"])
            let answer = try await token(client, ["grant_type": "refresh_token", "refresh_token": refresh])
            #expect(answer.members["member_id"] == installed["auth[member_id]"])
            let removed = fields(try client.sandbox.portalEvent(.removed, account: "acme"))
            #expect(removed["auth[application_token]"] == installed["auth[application_token]"])
            #expect(removed["auth[access_token]"] == nil)
            let next: String = try #require(answer.members["refresh_token"])
            #expect(
                try await token(client, ["grant_type": "refresh_token", "refresh_token": next]).members["error"]
                    == "invalid_grant")
            let other = fields(try client.sandbox.portalEvent(.removed, account: "birch"))
            #expect(other["auth[application_token]"] != removed["auth[application_token]"])
        }
    }
}
