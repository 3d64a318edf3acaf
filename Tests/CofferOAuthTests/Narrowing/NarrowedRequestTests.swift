// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `A narrowed request` {
    private static let answer = #"{"access_token":"less","token_type":"Bearer","expires_in":60,"scope":"read"}"#

    private func less() throws -> TokenNarrowing {
        try #require(try TokenNarrowing(scope: "read", audience: "billing", resource: "https://api.example/"))
    }

    @Test func `by refresh names scope, audience and resource`() async throws {
        let transport = ScriptedTransport(200, Self.answer)
        let outcome = await Fixtures.client(transport).refresh(
            Fixtures.generic(.post), refreshToken: Fixtures.refreshToken, accountHost: nil, narrowing: try less())
        #expect(outcome.tokens?.accessToken == Secret("less"))
        let body = try #require(transport.requests.first).bodyText
        for part in [
            "grant_type=refresh_token", "scope=read", "audience=billing", "resource=https%3A%2F%2Fapi.example%2F",
        ] {
            #expect(body.contains(part), "\(body)")
        }
    }

    @Test func `by the client's own grant asks for its usual scope where only an audience is named`() async throws {
        let transport = ScriptedTransport(.json(200, Self.answer), .json(200, Self.answer))
        let client = Fixtures.client(transport)
        let audience = try #require(try TokenNarrowing(audience: "billing"))
        _ = await client.clientCredentials(Fixtures.generic(.post), narrowing: audience, usualScope: "all")
        _ = await client.clientCredentials(Fixtures.generic(.post), narrowing: try less(), usualScope: "all")
        #expect(transport.requests[0].bodyText.contains("scope=all"))
        #expect(transport.requests[1].bodyText.contains("scope=read"))
        #expect(transport.requests.allSatisfy { $0.bodyText.contains("grant_type=client_credentials") })
    }

    @Test func `by exchange presents the access token, wants one, and drops a refresh token`() async throws {
        let type = "urn:ietf:params:oauth:token-type:access_token"
        let transport = ScriptedTransport(
            200, #"{"access_token":"x","issued_token_type":"\#(type)","token_type":"Bearer","refresh_token":"r"}"#)
        let outcome = await Fixtures.client(transport).exchange(
            Fixtures.generic(.post), subject: Secret("whole"), accountHost: nil, narrowing: try less())
        #expect(outcome.tokens?.accessToken == Secret("x"))
        #expect(outcome.tokens?.refreshToken == nil)
        let body = try #require(transport.requests.first).bodyText
        for part in [
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange", "subject_token=whole",
            "subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token",
            "requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token", "audience=billing",
        ] {
            #expect(body.contains(part), "\(body)")
        }
    }

    @Test(arguments: [
        #"{"access_token":"x","issued_token_type":"urn:ietf:params:oauth:token-type:saml2","token_type":"N_A"}"#,
        #"{"access_token":"x","token_type":"N_A"}"#,
        #"{"access_token":"x","issued_token_type":"urn:ietf:params:oauth:token-type:id_token","token_type":"Bearer"}"#,
    ])
    func `that brings something else than an access token makes no sense`(_ answer: String) async throws {
        let outcome = await Fixtures.client(ScriptedTransport(200, answer)).exchange(
            Fixtures.generic(.post), subject: Secret("whole"), accountHost: nil, narrowing: try less())
        #expect(outcome.summary == "senseless")
    }

    @Test(arguments: [(400, "invalid_grant"), (400, ""), (403, "access_denied"), (403, ""), (400, "invalid_target")])
    func `by exchange that is refused says nothing of the grant`(_ status: Int, _ code: String) async throws {
        let outcome = await Fixtures.client(ScriptedTransport(status, #"{"error":"\#(code)"}"#)).exchange(
            Fixtures.generic(.post), subject: Secret("whole"), accountHost: nil, narrowing: try less())
        #expect(outcome.summary == "unprocessed configuration")
    }
}
