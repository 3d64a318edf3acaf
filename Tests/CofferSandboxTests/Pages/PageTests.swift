// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import NIOHTTP1
import Testing

@Suite struct `The consent and operator pages` {
    @Test func `a refusal comes back as access_denied with the state`() async throws {
        try await withClient { client in
            let answer = try await client.form(
                "www.\(client.base)", "/oauth",
                ["client_id": client.sandbox.integration.clientID, "state": "s", "decision": "deny"])
            #expect(answer.status == 302)
            #expect(answer.callback == ["error": "access_denied", "state": "s"])
        }
    }

    @Test func `an unknown integration gets a page and no redirect`() async throws {
        try await withClient { client in
            #expect(try await client.send(.GET, "www.\(client.base)", "/oauth?client_id=x").status == 400)
            let answer = try await client.form("www.\(client.base)", "/oauth", ["client_id": "x", "decision": "deny"])
            #expect(answer.status == 400)
            #expect(answer.headers.first(name: "location") == nil)
        }
    }

    @Test func `names are escaped on every page`() async throws {
        var configuration = SandboxConfiguration()
        configuration.integrationNames = ["<script>alert('x')</script>"]
        try await withClient(configuration) { client in
            let id = client.sandbox.integration.clientID
            for path in ["/oauth?client_id=\(id)", "/operator"] {
                let page = try await client.send(.GET, client.base, path)
                #expect(page.status == 200)
                #expect(!page.text.contains("<script>"))
                #expect(page.text.contains("&lt;script&gt;"))
            }
        }
    }

    @Test func `regenerating kills the old secret at once and spares the tokens`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            let old = client.sandbox.integration
            let answer = try await client.send(
                .POST, client.base, "/operator/integrations/\(old.clientID)/regenerate",
                headers: ["Accept": "application/json"])
            let secret = try #require(answer.members["client_secret"])
            #expect(secret != old.clientSecret)
            #expect(secret.count == 64)
            #expect(secret == client.sandbox.integration.clientSecret)

            let refused = try await client.token(
                refreshToken: pair.refresh, changing: ["client_secret": old.clientSecret])
            #expect(refused.status == 401)
            #expect(refused.members["hint"] == nil)
            #expect(try await client.account(accessToken: pair.access).status == 200)
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `a person sees the new secret on the page that the button leads to`() async throws {
        try await withClient { client in
            let id = client.sandbox.integration.clientID
            let page = try await client.send(.GET, client.base, "/operator")
            #expect(page.text.contains("action=\"/operator/integrations/\(id)/regenerate\""))
            let answer = try await client.form(client.base, "/operator/integrations/\(id)/regenerate", [:])
            #expect(answer.text.contains(client.sandbox.integration.clientSecret))
        }
    }

    @Test func `a button pressed from another site does nothing`() async throws {
        try await withClient { client in
            let before = client.sandbox.integration
            let answer = try await client.send(
                .POST, client.base, "/operator/integrations/\(before.clientID)/regenerate",
                headers: ["Origin": "https://evil.example"])
            #expect(answer.status == 403)
            #expect(client.sandbox.integration == before)
        }
    }

    @Test func `nothing is served under a foreign name`() async throws {
        try await withClient { client in
            let answer = try await client.send(.GET, client.base, "/operator", headers: ["Host": "evil.example"])
            #expect(answer.status == 404)
        }
    }

    @Test func `the bare address leads to the operator page`() async throws {
        try await withClient { client in
            let answer = try await client.send(.GET, client.base, "/")
            #expect(answer.status == 302)
            #expect(answer.headers.first(name: "location") == "/operator")
        }
    }

    @Test func `an unknown integration cannot be regenerated`() async throws {
        try await withClient { client in
            let answer = try await client.form(client.base, "/operator/integrations/none/regenerate", [:])
            #expect(answer.status == 404)
        }
    }
}
