// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `An answer of a built-in provider` {
    /// Samples of the vendors' pages with made-up values, and what is read of them: both tokens, lifetime, scope, account, host.
    static let samples: [(provider: String, body: String, read: String)] = [
        (
            "bitbucket", #"{"access_token":"A","refresh_token":"R2","expires_in":7200,"scopes":"account repository"}"#,
            "A R2 7200 [account repository] - -"
        ),
        (
            "calendly",
            #"{"access_token":"A","refresh_token":"R2","expires_in":7200,"owner":"https://api.calendly.com/users/U"}"#,
            "A R2 7200 [-] https://api.calendly.com/users/U -"
        ),
        (
            "hubspot",
            #"{"access_token":"A","refresh_token":"R","expires_in":1800,"hub_id":62515,"scopes":["oauth","crm"]}"#,
            "A R 1800 [oauth crm] 62515 -"
        ),
        ("notion", #"{"access_token":"A","refresh_token":"R2","bot_id":"B"}"#, "A R2 - [-] B -"),
        (
            "ringcentral", #"{"access_token":"A","refresh_token":"R2","expires_in":3600,"owner_id":"256440016"}"#,
            "A R2 3600 [-] 256440016 -"
        ),
        (
            "salesforce", #"{"access_token":"A","instance_url":"https://acme.my.salesforce.com","id":"00D/005"}"#,
            "A - - [-] 00D/005 acme.my.salesforce.com"
        ),
        (
            "shopify",
            #"{"access_token":"A","refresh_token":"R2","expires_in":3600,"scope":"read_orders,write_orders"}"#,
            "A R2 3600 [read_orders write_orders] - -"
        ),
        (
            "slack",
            #"{"ok":true,"access_token":"A","refresh_token":"R2","expires_in":43200,"scope":"a,b","team":{"id":"T1"}}"#,
            "A R2 43200 [a b] T1 -"
        ),
        (
            "square",
            #"{"access_token":"A","refresh_token":"R","expires_at":"2027-01-15T09:00:00Z","merchant_id":"M"}"#,
            "A R 3600 [-] M -"
        ),
        (
            "strava", #"{"access_token":"A","refresh_token":"R","expires_in":21600,"athlete":{"id":1234}}"#,
            "A R 21600 [-] 1234 -"
        ),
        (
            "stripe", #"{"access_token":"A","refresh_token":"R","scope":"read_write","stripe_user_id":"acct_1"}"#,
            "A R - [read_write] acct_1 -"
        ),
        (
            "twitch", #"{"access_token":"A","refresh_token":"R","expires_in":14000,"scope":["a","b"]}"#,
            "A R 14000 [a b] - -"
        ),
        (
            "zoho", #"{"access_token":"A","api_domain":"https://www.zohoapis.eu","expires_in":3600}"#,
            "A - 3600 [-] - www.zohoapis.eu"
        ),
    ]

    @Test(arguments: samples.indices) func `is read as the vendor writes it`(_ index: Int) async throws {
        let sample = Self.samples[index]
        let tokens = try #require(try await BuiltIn.outcome(sample.provider, 200, sample.body).tokens)
        let life = tokens.expiresAt.map { String(Int($0.timeIntervalSince(Fixtures.moment))) }
        let words = [
            Self.shown(tokens.accessToken), Self.shown(tokens.refreshToken), life ?? "-", "[\(tokens.scope ?? "-")]",
            tokens.accountID ?? "-", tokens.accountHost ?? "-",
        ]
        #expect(words.joined(separator: " ") == sample.read, "\(sample.provider)")
    }

    /// Each person of Zoho's lives in one data centre, which the callback names.
    @Test func `that names the data centre gets the code, the refreshes and the question whose it is`() async throws {
        var zoho = try BuiltIn.app("zoho")
        let attempt = try AuthorizationAttempt(zoho)
        let callback = "\(BuiltIn.redirectURI)?code=C&state=\(attempt.stateText)&location=eu&accounts-server="
        let found = try CallbackParser(attempt).parse(callback + "https%3A%2F%2Faccounts.zoho.eu")
        #expect(found.accountHost == nil)
        zoho.server = found.server
        let transport = ScriptedTransport(
            .json(200, #"{"access_token":"A"}"#), .json(200, #"{"access_token":"A"}"#), .json(200, #"{"ZUID":7}"#))
        let client = Fixtures.client(transport)
        _ = await client.exchange(zoho, code: found.code, verifier: found.verifier, redirectURI: nil, accountHost: nil)
        _ = await client.refresh(zoho, refreshToken: Secret("R"), accountHost: nil, scope: nil)
        #expect(await client.accountID(zoho, accessToken: Secret("A"), accountHost: nil) == "7")
        let token = "https://accounts.zoho.eu/oauth/v2/token"
        #expect(
            transport.requests.map(\.destination.url.description)
                == [token, token, "https://accounts.zoho.eu/oauth/user/info"])
        #expect(code { try CallbackParser(attempt).parse(callback + "accounts.evil.example") } == .refusedHost)
    }

    private static func shown(_ token: Secret?) -> String { token?.withExposedText { String($0) } ?? "-" }
}
