// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `registering a client by RFC 7591` {
    private static let whole = """
        {"client_id":"new-1","client_secret":"s-1","token_endpoint_auth_method":"client_secret_basic",\
        "registration_access_token":"T1","registration_client_uri":"https://as.example.com/reg/new-1"}
        """

    private static func client(
        _ style: ProviderDescription.ClientAuthenticationStyle = .basicFormEncoded,
        change: (inout NewClient) throws -> Void = { _ in }
    ) throws -> NewClient {
        let provider = Fixtures.generic(style) { $0.endpoints.registration = "https://as.example.com/reg" }.provider
        var client = NewClient(
            provider: provider, trust: TrustSettings(), name: "Coffer", redirectURI: "http://127.0.0.1/callback",
            scope: "a b")
        try change(&client)
        return client
    }

    private static func metadata(_ request: HTTPMessage?) throws -> [String: Any] {
        let text = try #require(request).bodyText
        return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private static func register(_ transport: ScriptedTransport, _ client: NewClient) async throws -> ClientRegistration
    {
        try await RegistrationClient(transport: transport).register(client).registration
    }

    private static func notes(_ members: String) async throws -> [String] {
        let transport = ScriptedTransport(.json(201, #"{"client_id":"n","client_secret":"s"\#(members)}"#))
        return try await RegistrationClient(transport: transport).register(client()).notes
    }

    @Test(arguments: [200, 201]) func `keeps what the server made of it`(_ status: Int) async throws {
        let transport = ScriptedTransport(.json(status, Self.whole))
        let registration = try await Self.register(
            transport, Self.client { $0.initialAccessToken = Secret("I1") })
        #expect(registration.clientID == "new-1")
        #expect(registration.clientSecret == Secret("s-1"))
        #expect(
            registration.registration
                == RegistrationAccess(uri: "https://as.example.com/reg/new-1", token: Secret("T1")))
        #expect(registration.provider.secretReplacement == .rfc7592)
        #expect(transport.requests.map(\.method) == [.post])
        #expect(transport.requests.map(\.authorizationText) == ["Bearer I1"])
        #expect(
            transport.requests.first?.bodyText == """
                {"client_name":"Coffer","token_endpoint_auth_method":"client_secret_basic",\
                "grant_types":["authorization_code","refresh_token"],"redirect_uris":["http://127.0.0.1/callback"],\
                "response_types":["code"],"scope":"a b"}
                """)
    }

    @Test func `names keys, certificates and what tokens are bound to`() async throws {
        let signing = try Self.client(.privateKeyJWT) {
            $0.key = try ClientKey(SigningKey(pem: TestKeys.ed25519), id: "k")
            $0.provider.dpop = true
            $0.redirectURI = nil
        }
        let transport = ScriptedTransport(.json(201, #"{"client_id":"n"}"#), .json(201, #"{"client_id":"n"}"#))
        let registration = try await Self.register(transport, signing)
        #expect(registration.clientSecret == nil && registration.clientKey == signing.key)
        let first = try Self.metadata(transport.requests.first)
        #expect(first["dpop_bound_access_tokens"] as? Bool == true)
        #expect(first["grant_types"] as? [String] == ["client_credentials"])
        #expect((first["redirect_uris"] as? [String])?.isEmpty == true)
        let keys = try #require(first["jwks"] as? [String: [[String: String]]])
        #expect(keys["keys"]?.first?["kid"] == "k" && keys["keys"]?.first?["d"] == nil)
        let shown = try Self.client(.selfSignedTLSClientAuth) {
            $0.trust.clientCertificate = try ClientCertificate(
                chainPEM: TestKeys.certificate, key: TestKeys.certificateKey)
        }
        _ = try await Self.register(transport, shown)
        let second = try Self.metadata(transport.requests.last)
        #expect(second["tls_client_certificate_bound_access_tokens"] as? Bool == true)
        let set = try #require(second["jwks"] as? [String: [[String: Any]]])
        let encoded = try #require((set["keys"]?.first?["x5c"] as? [String])?.first)
        #expect(TestKeys.certificate.filter { !$0.isWhitespace }.contains(encoded))
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await Self.register(transport, Self.client(.tlsClientAuth))
        }
    }

    @Test func `does as the server says where that is another way with a secret`() async throws {
        let answer = #"{"client_id":"n","client_secret":"s","token_endpoint_auth_method":["client_secret_post"]}"#
        let registration = try await Self.register(ScriptedTransport(.json(201, answer)), Self.client())
        #expect(registration.provider.clientAuthentication == .post)
        let signing = #"{"client_id":"n","token_endpoint_auth_method":"private_key_jwt"}"#
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await Self.register(ScriptedTransport(.json(201, signing)), Self.client())
        }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"client_id":"a b","client_secret":"s"}"#, #"{"client_id":"n"}"#,
        #"{"client_id":"n","client_sec"#,
    ]) func `an answer without id or secret makes no sense`(_ body: String) async {
        await #expect(throws: OAuthError(.nonsense, "")) {
            try await Self.register(ScriptedTransport(.json(201, body)), Self.client())
        }
    }

    @Test func `a public client has no secret, whatever is answered`() async throws {
        let answer = #"{"client_id":"n","client_secret":"s","token_endpoint_auth_method":"none"}"#
        let transport = ScriptedTransport(.json(201, answer))
        let registration = try await Self.register(transport, Self.client { $0.isPublic = true })
        #expect(registration.clientSecret == nil && !registration.isConfidential)
        #expect(try Self.metadata(transport.requests.first)["token_endpoint_auth_method"] as? String == "none")
    }

    @Test func `a software statement is sent as it is, and must come back so`() async throws {
        let client = try Self.client { $0.softwareStatement = "e30.e30.AA" }
        let start = #"{"client_id":"n","client_secret":"s""#
        for said in ["", #","software_statement":"e30.e30.AA""#] {
            let transport = ScriptedTransport(.json(201, "\(start)\(said)}"))
            _ = try await Self.register(transport, client)
            #expect(try Self.metadata(transport.requests.first)["software_statement"] as? String == "e30.e30.AA")
        }
        let another = ScriptedTransport(.json(201, start + #","software_statement":"e30.e30.BB"}"#))
        await #expect(throws: OAuthError(.nonsense, "")) { try await Self.register(another, client) }
    }

    /// RFC 7591 §3.2.1: a server may replace what it was told, and the client looks whether that is enough.
    @Test(arguments: [
        #""redirect_uris":["https://elsewhere.example/"]"#, #""redirect_uris":[]"#,
        #""grant_types":["client_credentials"]"#, #""token_endpoint_auth_method":"none""#,
        #""token_endpoint_auth_method":"private_key_jwt""#, #""dpop_bound_access_tokens":false"#,
    ]) func `a client that is registered otherwise is refused, and removed there`(_ member: String) async throws {
        let answer = """
            {"client_id":"n","client_secret":"s",\(member),"registration_access_token":"T9",\
            "registration_client_uri":"https://as.example.com/reg/n"}
            """
        let client = try Self.client { $0.provider.dpop = true }
        let transport = ScriptedTransport(.json(201, answer), .json(204, ""))
        let error = await #expect(throws: OAuthError(.unsupported, "")) { try await Self.register(transport, client) }
        #expect(error?.message.hasSuffix("It was removed there again.") == true)
        #expect(transport.requests.map(\.method) == [.post, .delete])
        #expect(transport.requests.last?.authorizationText == "Bearer T9")
        let stubborn = ScriptedTransport(.json(201, answer), .json(500, ""))
        let other = await #expect(throws: OAuthError(.unsupported, "")) { try await Self.register(stubborn, client) }
        #expect(other?.message.hasSuffix("A client may be left there.") == true)
    }

    @Test func `a public client that is to have a secret is refused`() async throws {
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await Self.register(
                ScriptedTransport(.json(201, Self.whole), .json(204, "")), Self.client { $0.isPublic = true })
        }
    }

    @Test func `what is less than was asked for is said`() async throws {
        #expect(try await Self.notes("").count == 1)
        let managed = #","registration_access_token":"T","registration_client_uri":"https://as.example.com/reg/n""#
        #expect(try await Self.notes(managed) == [])
        #expect(try await Self.notes(managed + #","client_secret_expires_at":0,"scope":"b a""#) == [])
        let limited = try await Self.notes(managed + #","client_secret_expires_at":1800000000"#)
        #expect(limited.count == 1 && limited[0].contains("2027-01-15T08:00:00Z"))
        #expect(try await Self.notes(managed + #","scope":"a""#).first?.contains("scope b") == true)
        let short = try await Self.notes(managed + #","grant_types":["authorization_code"]"#)
        #expect(short.first?.contains("refresh tokens") == true)
    }

    @Test func `a registration address on another host is not kept`() async throws {
        let answer = Self.whole.split(separator: "as.example.com/reg/new-1").joined(separator: "evil.example/reg")
        let registration = try await Self.register(ScriptedTransport(.json(201, answer)), Self.client())
        #expect(registration.registration == nil && registration.clientSecret == Secret("s-1"))
    }

    @Test func `failures are named, and one without an answer is not known`() async throws {
        let lost = ScriptedTransport(.lost(TransportFailure(.broken, "It broke.")))
        await #expect(throws: OAuthError(.indeterminate, "")) { try await Self.register(lost, Self.client()) }
        let refused = ScriptedTransport(.json(401, #"{"error":"invalid_token"}"#))
        let error = await #expect(throws: OAuthError(.configuration, "")) {
            try await Self.register(refused, Self.client())
        }
        #expect(error?.message.contains("--initial-token") == true)
        let nowhere = try Self.client { $0.provider.endpoints.registration = nil }
        await #expect(throws: OAuthError(.unsupported, "")) { try await Self.register(ScriptedTransport(), nowhere) }
    }

    @Test func `a client is removed by its own address`() async throws {
        let registration = ClientRegistration(
            provider: Fixtures.generic.provider, clientID: "client",
            registration: RegistrationAccess(uri: "https://as.example.com/reg/1", token: Secret("T1")))
        let transport = ScriptedTransport(.json(204, ""), .json(401, "{}"))
        let client = RegistrationClient(transport: transport)
        try await client.remove(registration)
        #expect(transport.requests.map(\.method) == [.delete])
        #expect(transport.requests.map(\.authorizationText) == ["Bearer T1"])
        await #expect(throws: OAuthError(.configuration, "")) { try await client.remove(registration) }
        await #expect(throws: OAuthError(.unsupported, "")) { try await client.remove(Fixtures.generic) }
    }
}
