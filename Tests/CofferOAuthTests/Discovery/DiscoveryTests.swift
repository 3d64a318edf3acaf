// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `discovery` {
    private static let issuer = "https://as.example.com/tenant"

    private func document(_ extra: String = "", issuer: String = Self.issuer) -> String {
        #"{"issuer":"\#(issuer)","authorization_endpoint":"https://as.example.com/a","token_endpoint":"https://as.example.com/t"\#(extra)}"#
    }

    private func describe(
        _ transport: ScriptedTransport, issuer: String = Self.issuer, allowedDomains: [String] = []
    ) async throws -> ProviderDescription {
        try await Discovery(transport: transport).describe(
            issuer: issuer, trust: TrustSettings(), allowedDomains: allowedDomains)
    }

    @Test func `asks at both well-known addresses and joins what they say`() async throws {
        let transport = ScriptedTransport(
            .json(200, document(#","revocation_endpoint":"https://as.example.com/r""#)),
            .json(
                200,
                document(
                    #","userinfo_endpoint":"https://as.example.com/u","id_token_signing_alg_values_supported":["RS256"]"#
                )))
        let description = try await describe(transport)
        #expect(
            transport.requests.map { $0.destination.url.description } == [
                "https://as.example.com/.well-known/oauth-authorization-server/tenant",
                "https://as.example.com/tenant/.well-known/openid-configuration",
            ])
        #expect(transport.requests.allSatisfy { $0.authorization == nil && $0.body == nil })
        #expect(description.endpoints.revocation == "https://as.example.com/r")
        #expect(description.endpoints.userInfo == "https://as.example.com/u")
        #expect(description.issuer == Self.issuer)
        #expect(description.accountLookup == .idToken)
        #expect(description.secretProbe == .revocation)
        #expect(description.tokenProbe == .api(path: "https://as.example.com/u"))
    }

    @Test func `takes the addresses for certificates, but for the one where a person goes`() async throws {
        let aliases = ["authorization_endpoint", "token_endpoint", "revocation_endpoint"]
            .map { #""\#($0)":"https://mtls.as.example.com/\#($0)""# }.joined(separator: ",")
        let transport = ScriptedTransport(.json(200, document(#","mtls_endpoint_aliases":{\#(aliases)}"#)))
        let description = try await Discovery(transport: transport).describe(
            issuer: Self.issuer, trust: TrustSettings(), allowedDomains: ["as.example.com"],
            overrides: DescriptionOverrides(clientAuthentication: .tlsClientAuth, usesCertificate: true))
        #expect(description.endpoints.authorization == "https://as.example.com/a")
        #expect(description.endpoints.token == "https://mtls.as.example.com/token_endpoint")
        #expect(description.endpoints.revocation == "https://mtls.as.example.com/revocation_endpoint")
    }

    @Test func `takes the unknown carefully`() async throws {
        let description = try await describe(ScriptedTransport(.json(200, document()), .json(404, "")))
        #expect(description.refreshTokens.rotation == .unknown)
        #expect(description.refreshTokens.grace == nil)
        #expect(description.revocationReach == .unknown)
        #expect(description.clientAuthentication == .basicFormEncoded)
        #expect(description.authorizationRequest.pkce)
        #expect(!description.authorizationRequest.iss)
        #expect(description.secretProbe == .authorizationCode)
    }

    @Test(arguments: [
        (
            #"["client_secret_post","client_secret_basic"]"#,
            ProviderDescription.ClientAuthenticationStyle.basicFormEncoded
        ),
        (#"["client_secret_post"]"#, .post), (#"["none"]"#, .post),
    ]) func `chooses how to authenticate from the list`(
        _ methods: String, _ style: ProviderDescription.ClientAuthenticationStyle
    ) async throws {
        let body = document(#","token_endpoint_auth_methods_supported":\#(methods)"#)
        #expect(try await describe(ScriptedTransport(.json(200, body), .json(404, ""))).clientAuthentication == style)
    }

    /// RFC 8705 §5.
    @Test(arguments: [true, false])
    func `takes the addresses for certificates where one is shown`(_ usesCertificate: Bool) async throws {
        let body = document(
            #","revocation_endpoint":"https://as.example.com/r","mtls_endpoint_aliases":{"token_endpoint":"https://as.example.com/m/t"}"#
        )
        let discovery = Discovery(transport: ScriptedTransport(.json(200, body), .json(404, "")))
        let description = try await discovery.describe(
            issuer: Self.issuer, trust: TrustSettings(),
            overrides: DescriptionOverrides(usesCertificate: usesCertificate))
        #expect((description.endpoints.token.text == "https://as.example.com/m/t") == usesCertificate)
        #expect(description.endpoints.revocation == "https://as.example.com/r")
    }

    @Test func `binds tokens to a key only where the server knows its kind`() async throws {
        let body = document(#","dpop_signing_alg_values_supported":["RS256"]"#)
        let discovery = Discovery(transport: ScriptedTransport(.json(200, body), .json(404, "")))
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await discovery.describe(
                issuer: Self.issuer, trust: TrustSettings(), overrides: DescriptionOverrides(dpop: true))
        }
    }

    @Test(arguments: [
        ("https://as.example.com/tenant/", OAuthError.Code.invalidIssuer),
        ("https://AS.example.com/tenant", .invalidIssuer),
        ("https://other.example.com", .invalidIssuer), ("", .invalidIssuer),
    ]) func `a document of another issuer is not used`(_ named: String, _ code: OAuthError.Code) async {
        let transport = ScriptedTransport(.json(200, document(issuer: named)), .json(404, ""))
        await #expect(throws: OAuthError(code, "")) { try await describe(transport) }
    }

    @Test func `a final slash belongs to the issuer and not to the address`() async throws {
        let transport = ScriptedTransport(.json(404, ""), .json(200, document(issuer: "https://as.example.com/")))
        #expect(try await describe(transport, issuer: "https://as.example.com/").issuer == "https://as.example.com/")
        #expect(transport.requests.last?.destination.url.pathAndQuery == "/.well-known/openid-configuration")
    }

    @Test(arguments: [
        (#","revocation_endpoint":"https://evil.example/r""#, OAuthError.Code.refusedHost),
        (#","revocation_endpoint":"http://as.example.com/r""#, .plainHTTP),
        (#","revocation_endpoint":"https://127.0.0.1/r""#, .refusedHost),
        (#","revocation_endpoint":"https://{account}/r""#, .nonsense),
        (#","token_endpoint_auth_methods_supported":["private_key_jwt"]"#, .unsupported),
    ]) func `an endpoint that is elsewhere is refused`(_ extra: String, _ code: OAuthError.Code) async {
        let transport = ScriptedTransport(.json(200, document(extra)), .json(404, ""))
        await #expect(throws: OAuthError(code, "")) { try await describe(transport) }
    }

    @Test func `an endpoint at another host is refused with both names, and what to do about it`() async {
        let body = document(#","revocation_endpoint":"https://tokens.example.net/r""#)
        let error = await #expect(throws: OAuthError.self) {
            try await describe(ScriptedTransport(.json(200, body), .json(404, "")))
        }
        #expect(error?.code == .refusedHost)
        for word in ["as.example.com", "tokens.example.net", "provider-descriptions"] {
            #expect(error?.message.contains(word) == true)
        }
    }

    @Test func `another domain may be allowed`() async throws {
        let body = document(#","revocation_endpoint":"https://tokens.example.net/r""#)
        let description = try await describe(
            ScriptedTransport(.json(200, body), .json(404, "")), allowedDomains: ["example.net"])
        #expect(description.endpoints.revocation == "https://tokens.example.net/r")
    }

    @Test(arguments: [
        (TransportOutcome.json(200, "<html>"), OAuthError.Code.nonsense), (.json(200, #"{"issuer":"#), .nonsense),
        (.json(302, ""), .redirect), (.json(503, ""), .unreachable), (.json(404, ""), .invalidIssuer),
        (.notSent(TransportFailure(.certificate, "x")), .certificate),
        (.lost(TransportFailure(.tooLarge, "x")), .nonsense),
        (.lost(TransportFailure(.timedOut, "x")), .timedOut),
    ]) func `a server that does not describe itself is an error`(_ outcome: TransportOutcome, _ code: OAuthError.Code)
        async
    {
        await #expect(throws: OAuthError(code, "")) { try await describe(ScriptedTransport(.json(404, ""), outcome)) }
    }

    @Test func `plain HTTP is for loopback only`() async {
        await #expect(throws: OAuthError(.plainHTTP, "")) {
            try await describe(ScriptedTransport(), issuer: "http://as.example.com")
        }
    }
}
