// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `An authorization request that is pushed` {
    private static let registration = Fixtures.generic(.basicFormEncoded) { provider in
        provider.endpoints.pushedAuthorization = "https://as.example.com/par"
    }

    private static func attempt(_ registration: ClientRegistration = registration) throws -> AuthorizationAttempt {
        try AuthorizationAttempt(
            registration, redirectURI: "http://127.0.0.1:5/cb", scopes: ["openid", "read"],
            resource: "https://api.example/")
    }

    @Test func `leaves nothing but the client's id and a reference in the address`() async throws {
        let transport = ScriptedTransport(
            201, #"{"request_uri":"urn:example:bwc4JK-ESC0w8acc191e-Y1LTC2","expires_in":60}"#)
        let attempt = try Self.attempt()
        let address = try await Fixtures.client(transport).address(of: attempt)
        #expect(
            address
                == "https://as.example.com/authorize?client_id=client&request_uri=urn%3Aexample%3Abwc4JK-ESC0w8acc191e-Y1LTC2"
        )
        let request = try #require(transport.requests.first)
        #expect(request.destination.url.description == "https://as.example.com/par")
        #expect(request.authorizationText.hasPrefix("Basic "))
        let state = try #require(attempt.state).withExposedText { $0 }
        for part in [
            "response_type=code", "client_id=client", "redirect_uri=http%3A%2F%2F127.0.0.1%3A5%2Fcb",
            "scope=openid+read", "state=\(state)", "nonce=", "code_challenge=", "code_challenge_method=S256",
            "resource=https%3A%2F%2Fapi.example%2F",
        ] {
            #expect(request.bodyText.contains(part), "\(request.bodyText)")
        }
        #expect(!request.bodyText.contains("request_uri=") && !request.bodyText.contains("client_secret"))
        #expect(request.bodyText.split(separator: "&").count { $0.hasPrefix("client_id=") } == 1)
    }

    @Test func `is whole in the address where the provider has no place for it`() async throws {
        let transport = ScriptedTransport()
        let attempt = try Self.attempt(Fixtures.generic)
        #expect(try await Fixtures.client(transport).address(of: attempt) == attempt.url)
        #expect(attempt.url.contains("resource=https%3A%2F%2Fapi.example%2F"))
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [
        (201, "{}", OAuthError.Code.nonsense), (201, #"{"request_uri":"a b"}"#, .nonsense), (200, "<html>", .nonsense),
        (400, #"{"error":"invalid_request"}"#, .configuration), (401, #"{"error":"invalid_client"}"#, .configuration),
        (429, "", .rateLimited), (503, "", .unreachable), (302, "", .nonsense),
    ])
    func `does not fall back to the whole address when it is refused`(
        _ status: Int, _ body: String, _ code: OAuthError.Code
    ) async throws {
        let client = Fixtures.client(ScriptedTransport(status, body))
        let attempt = try Self.attempt()
        await #expect(throws: OAuthError(code, "")) { try await client.address(of: attempt) }
    }

    @Test func `names its resource again when the code is exchanged`() async throws {
        let transport = ScriptedTransport(200, #"{"access_token":"a"}"#)
        _ = await Fixtures.client(transport).exchange(
            Self.registration, code: Secret("c"), verifier: nil, redirectURI: nil, accountHost: nil,
            resource: "https://api.example/")
        #expect(try #require(transport.requests.first).bodyText.contains("resource=https%3A%2F%2Fapi.example%2F"))
    }
}
