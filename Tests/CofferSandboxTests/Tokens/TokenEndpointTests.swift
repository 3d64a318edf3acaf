// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import NIOHTTP1
import Testing

@Suite struct `The token endpoint` {
    @Test func `a grant goes from the consent form to an API answer`() async throws {
        try await withClient { client in
            let id = client.sandbox.integration.clientID
            let page = try await client.send(
                .GET, "www.\(client.base)", "/oauth?client_id=\(id)&state=%22%3Ex&mode=popup")
            #expect(page.status == 200)
            #expect(page.text.contains("acme.amocrm.localhost"))
            #expect(page.text.contains("value=\"&quot;&gt;x\""))

            let consent = try await client.form(
                "www.\(client.base)", "/oauth",
                ["client_id": id, "state": "\">x", "account": "acme", "decision": "allow"])
            #expect(consent.status == 302)
            #expect(consent.headers.first(name: "location")?.hasPrefix("https://client.localhost/callback?") == true)
            #expect(consent.callback["referer"] == "acme.\(client.base)")
            #expect(consent.callback["state"] == "\">x")
            #expect(consent.callback["platform"] == "1")

            let code: String = try #require(consent.callback["code"])
            let tokens = try await client.token(code: code)
            #expect(tokens.status == 200)
            #expect(tokens.headers.first(name: "content-type") == "application/json")
            #expect(tokens.members["token_type"] == "Bearer")
            #expect(tokens.members["expires_in"] == "86400")
            #expect(tokens.members["server_time"] == nil)
            let refreshToken = try #require(tokens.members["refresh_token"])
            #expect(refreshToken.count == 1_000 && refreshToken.hasPrefix("def50200"))

            let account = try await client.account(accessToken: try #require(tokens.members["access_token"]))
            #expect(account.status == 200)
            #expect(account.members["subdomain"] == "acme")
            #expect(account.members["id"] == "\(client.sandbox.accounts[0].id)")
        }
    }

    @Test func `an access token is a JWT that names account and shard`() async throws {
        try await withClient { client in
            let parts = try await client.connect().access.split(separator: ".")
            #expect(parts.count == 3)
            let claims = try #require(Self.json(parts[1]))
            #expect(claims["account_id"] as? Int == client.sandbox.accounts[0].id)
            #expect(claims["api_domain"] as? String == "api-a.\(client.base)")
            #expect(claims["aud"] as? String == client.sandbox.integration.clientID)
            #expect(try #require(Self.json(parts[0]))["alg"] as? String == "ES256")
        }
    }

    @Test func `a form is accepted like JSON`() async throws {
        try await withClient { client in
            let code = try client.sandbox.authorize(account: "acme").code
            let answer = try await client.form(
                "acme.\(client.base)", "/oauth2/access_token", client.tokenFields(code: code))
            #expect(answer.status == 200)
        }
    }

    @Test func `a code works once`() async throws {
        try await withClient { client in
            let code = try client.sandbox.authorize(account: "acme").code
            #expect(try await client.token(code: code).status == 200)
            let second = try await client.token(code: code)
            #expect(second.status == 400)
            #expect(second.members["hint"] == "Authorization code has been revoked")
        }
    }

    @Test func `a code dies after 20 minutes`() async throws {
        let time = ManualTime()
        try await withClient(time.configuration()) { client in
            let code = try client.sandbox.authorize(account: "acme").code
            time.advance(by: 20 * 60)
            #expect(try await client.token(code: code).members["hint"] == "Authorization code has expired")
        }
    }

    @Test func `a refresh token works once and takes the old access token with it`() async throws {
        try await withClient { client in
            let first = try await client.connect()
            let refreshed = try await client.token(refreshToken: first.refresh)
            #expect(refreshed.status == 200)
            #expect(try await client.account(accessToken: first.access).status == 401)
            let access = try #require(refreshed.members["access_token"])
            #expect(try await client.account(accessToken: access).status == 200)

            let again = try await client.token(refreshToken: first.refresh)
            #expect(again.status == 401)
            #expect(again.members["hint"] == "Token has been revoked")
            #expect(again.members["error"] == nil)
            #expect(again.headers.first(name: "content-type") == "application/problem+json")
            #expect(try await client.account(accessToken: access).status == 200)
        }
    }

    @Test func `tokens live as long as the settings say`() async throws {
        let time = ManualTime()
        var configuration = time.configuration()
        configuration.lifetimes.accessToken = .seconds(30)
        configuration.includesServerTime = true
        try await withClient(configuration) { client in
            let answer = try await client.token(code: try client.sandbox.authorize(account: "acme").code)
            #expect(answer.members["expires_in"] == "30")
            #expect(answer.members["server_time"] == "1800000000")
            let access = try #require(answer.members["access_token"])
            time.advance(by: 29)
            #expect(try await client.account(accessToken: access).status == 200)
            time.advance(by: 1)
            let dead = try await client.account(accessToken: access)
            #expect(dead.status == 401)
            #expect(dead.members["type"] == "https://httpstatus.es/401")
            time.advance(by: 90 * 86_400)
            let refresh: String = try #require(answer.members["refresh_token"])
            let late = try await client.token(refreshToken: refresh)
            #expect(late.members["hint"] == "Token has expired")
        }
    }

    @Test(arguments: ["client_id", "client_secret"])
    func `a wrong client gets 401 without a hint, whatever it offers`(field: String) async throws {
        try await withClient { client in
            let answer = try await client.token(code: "def50200ab", changing: [field: "wrong"])
            #expect(answer.status == 401)
            #expect(answer.members["title"] == "Некорректный клиент")
            #expect(answer.members["hint"] == nil)
            let right = try await client.token(code: "def50200ab")
            #expect(right.status == 400)
            #expect(right.members["hint"] == "Cannot decrypt the authorization code")
        }
    }

    @Test(arguments: ["client_id", "client_secret", "redirect_uri", "refresh_token", "grant_type"])
    func `a refresh without one of its fields spends nothing`(field: String) async throws {
        try await withClient { client in
            let pair = try await client.connect()
            let answer = try await client.token(refreshToken: pair.refresh, changing: [field: nil])
            #expect(answer.status == 400)
            #expect(answer.members["hint"] == "Check the `\(field)` parameter")
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `a slash at the end of the redirect URI is a mismatch and spends nothing`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            let slashed = client.sandbox.integration.redirectURI + "/"
            let answer = try await client.token(refreshToken: pair.refresh, changing: ["redirect_uri": slashed])
            #expect(answer.status == 400)
            #expect(answer.members["hint"] == "Redirect URI is not associated with client")
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `a grant is good on its own account's host only`() async throws {
        try await withClient { client in
            let pair = try await client.connect("acme")
            let elsewhere = try await client.token(at: "birch", refreshToken: pair.refresh)
            #expect(elsewhere.status == 400)
            #expect(elsewhere.members["hint"] == "Invalid account")
            #expect(try await client.account("birch", accessToken: pair.access).status == 401)
            #expect(try await client.token(at: "nobody", refreshToken: pair.refresh).status == 404)
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `another integration cannot spend a token`() async throws {
        var configuration = SandboxConfiguration()
        configuration.integrationNames = ["One", "Two"]
        try await withClient(configuration) { client in
            let pair = try await client.connect()
            let other = client.sandbox.integrations[1]
            let answer = try await client.token(
                refreshToken: pair.refresh,
                changing: ["client_id": other.clientID, "client_secret": other.clientSecret])
            #expect(answer.members["hint"] == "Token is not linked to client")
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `grants of one account live side by side until access is withdrawn`() async throws {
        try await withClient { client in
            let one = try await client.connect()
            let two = try await client.connect()
            #expect(try await client.account(accessToken: one.access).status == 200)
            #expect(try await client.account(accessToken: two.access).status == 200)
            try client.sandbox.revokeAccess(of: "acme")
            #expect(try await client.account(accessToken: one.access).status == 401)
            #expect(try await client.token(refreshToken: two.refresh).members["hint"] == "Token has been revoked")
        }
    }

    @Test func `the shard tells an account's host and spends nothing`() async throws {
        try await withClient { client in
            let pair = try await client.connect()
            let path = "/oauth2/account/current/subdomain"
            let answer = try await client.send(
                .GET, "api-a.\(client.base)", path, headers: ["X-Refresh-Token": pair.refresh])
            #expect(answer.status == 200)
            #expect(answer.members["domain"] == "acme.\(client.base)")
            #expect(answer.members["top_level_domain"] == "localhost")
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
            let spent = try await client.send(
                .GET, "api-a.\(client.base)", path, headers: ["X-Refresh-Token": pair.refresh])
            #expect(spent.status == 401)
        }
    }

    private static func json(_ part: Substring) -> [String: Any]? {
        var text = part.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: text).flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any]
    }
}
