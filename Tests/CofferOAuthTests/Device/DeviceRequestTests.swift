// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `A device's requests` {
    private static let whole = #"""
        {"device_code":"zq7-device","user_code":"WDJB-MJHT","verification_uri":"https://as.example.com/go",
        "verification_uri_complete":"https://as.example.com/go?user_code=WDJB-MJHT","expires_in":900,"interval":7}
        """#

    private static func registration(
        _ style: ProviderDescription.ClientAuthenticationStyle = .post,
        _ change: @escaping (inout ProviderDescription) -> Void = { _ in }
    ) -> ClientRegistration {
        Fixtures.generic(style) { provider in
            provider.endpoints.deviceAuthorization = "https://as.example.com/device"
            change(&provider)
        }
    }

    @Test(arguments: [ProviderDescription.ClientAuthenticationStyle.post, .basicFormEncoded])
    func `begin with the client's proof, its id and the scopes`(
        _ style: ProviderDescription.ClientAuthenticationStyle
    ) async throws {
        let transport = ScriptedTransport(200, Self.whole)
        let registration = Self.registration(style) { $0.authorizationRequest.offlineScope = "offline_access" }
        let answer = try await Fixtures.client(transport).deviceAuthorization(
            registration, scopes: ["read"], resource: "https://api.example/")
        #expect(answer.userCode == "WDJB-MJHT" && answer.interval == .seconds(7) && answer.lifetime == .seconds(900))
        #expect(answer.verificationURI == "https://as.example.com/go")
        #expect(answer.verificationURIComplete == "https://as.example.com/go?user_code=WDJB-MJHT")
        let request = try #require(transport.requests.first)
        #expect(request.destination.url.description == "https://as.example.com/device")
        for part in ["client_id=client", "scope=read+offline_access", "resource=https%3A%2F%2Fapi.example%2F"] {
            #expect(request.bodyText.contains(part), "\(request.bodyText)")
        }
        #expect(request.bodyText.contains("client_secret") == (style == .post))
        #expect(request.authorizationText.hasPrefix("Basic ") == (style != .post))
    }

    @Test func `wait five seconds where nothing is said, and believe no absurd number`() async throws {
        let bare = #"{"device_code":"d","user_code":"U","verification_url":"https://g.co/device","expires_in":"1e9"}"#
        let client = Fixtures.client(ScriptedTransport(200, bare))
        let answer = try await client.deviceAuthorization(Self.registration(), scopes: [])
        #expect(answer.interval == .seconds(5) && answer.lifetime == .seconds(1800))
        #expect(answer.verificationURI == "https://g.co/device" && answer.verificationURIComplete == nil)
    }

    @Test func `keep an interval longer than two minutes`() async throws {
        let slow = #"""
            {"device_code":"d","user_code":"U","verification_uri":"https://a.example/","expires_in":1800,"interval":300}
            """#
        let answer = try await Fixtures.client(ScriptedTransport(200, slow)).deviceAuthorization(
            Self.registration(), scopes: [])
        #expect(answer.interval == .seconds(300))
    }

    @Test(arguments: [
        "{}", "<html>", #"{"device_code":"d","user_code":"U","expires_in":60}"#,
        #"{"device_code":"d","user_code":"U","verification_uri":"http://evil.example/","expires_in":60}"#,
        #"{"device_code":"d","user_code":"U","verification_uri":"https://a.example/\u001b[2J","expires_in":60}"#,
        #"{"device_code":"d","user_code":"","verification_uri":"https://a.example/","expires_in":60}"#,
        #"{"device_code":"d","user_code":"U","verification_uri":"https://a.example/","expires_in":0}"#,
    ])
    func `show nothing that is no use or no good`(_ body: String) async {
        let client = Fixtures.client(ScriptedTransport(200, body))
        await #expect(throws: OAuthError(.nonsense, "")) {
            try await client.deviceAuthorization(Self.registration(), scopes: [])
        }
    }

    @Test func `are refused where there are none, or by the server`() async {
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await Fixtures.client(ScriptedTransport()).deviceAuthorization(Fixtures.generic, scopes: [])
        }
        let refusing = ScriptedTransport(401, #"{"error":"invalid_client"}"#)
        await #expect(throws: OAuthError(.configuration, "")) {
            try await Fixtures.client(refusing).deviceAuthorization(Self.registration(), scopes: [])
        }
    }

    @Test(arguments: [(400, "authorization_pending"), (200, "authorization_pending"), (428, "authorization_pending")])
    func `are told to wait, whatever the status`(_ status: Int, _ code: String) async {
        let client = Fixtures.client(ScriptedTransport(status, #"{"error":"\#(code)"}"#))
        #expect(await client.poll(Self.registration(), deviceCode: Secret("zq7-device")) == .pending)
    }

    @Test func `present the code, and end with tokens or a no`() async throws {
        let transport = ScriptedTransport(
            .json(400, #"{"error":"slow_down"}"#), .json(400, #"{"error":"expired_token"}"#),
            .json(400, #"{"error":"access_denied"}"#), .json(200, #"{"access_token":"a","refresh_token":"r"}"#))
        let client = Fixtures.client(transport)
        let registration = Self.registration(.basicRaw)
        func poll() async -> DeviceAnswer { await client.poll(registration, deviceCode: Secret("zq7-device")) }
        #expect(await poll() == .slowDown(retryAfter: nil))
        #expect(await poll() == .expired)
        guard case .ended(.refused(let refusal)) = await poll() else {
            Issue.record("no refusal")
            return
        }
        #expect(refusal.kind == .denied)
        guard case .ended(.accepted(let tokens)) = await poll() else {
            Issue.record("no tokens")
            return
        }
        #expect(tokens.refreshToken == Secret("r"))
        let body = try #require(transport.requests.first).bodyText
        for part in ["device_code=zq7-device", "client_id=client"] { #expect(body.contains(part)) }
        #expect(body.contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"))
    }
}
