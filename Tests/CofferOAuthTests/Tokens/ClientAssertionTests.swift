// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import JWTKit
import Testing

@testable import CofferOAuth

@Suite struct `client assertions` {
    /// What a server reads of one.
    private struct Claims: JWTPayload {
        let iss: String
        let sub: String
        let aud: String
        let jti: String
        let iat: Int
        let exp: Int
        func verify(using algorithm: some JWTAlgorithm) {}
    }

    private static func registration(
        _ pem: Secret, change: (inout ProviderDescription) -> Void = { _ in }
    ) throws -> ClientRegistration {
        var registration = Fixtures.generic(.privateKeyJWT, change: change)
        registration.clientSecret = nil
        registration.clientKey = try ClientKey(SigningKey(pem: pem), id: "key-7")
        return registration
    }

    /// The public half as a server has it, read from the set that was registered.
    private static func server(_ registration: ClientRegistration) async throws -> JWTKeyCollection {
        try await JWTKeyCollection().add(jwksJSON: #require(registration.clientKey).publicKeySet.text)
    }

    private static func assertion(in request: HTTPMessage?) throws -> String {
        let fields = try #require(request).bodyText.split(separator: "&")
        let field = try #require(fields.first { $0.hasPrefix("client_assertion=") })
        return String(field.dropFirst("client_assertion=".count))
    }

    @Test(arguments: [TestKeys.p256, TestKeys.ed25519, TestKeys.rsa])
    func `are what the registered key verifies, for the issuer, once and for a minute`(_ pem: Secret) async throws {
        let registration = try Self.registration(pem)
        let transport = ScriptedTransport(.json(500, ""), .json(500, ""))
        let client = Fixtures.client(transport)
        _ = await client.clientCredentials(registration, scope: nil)
        _ = await client.refresh(registration, refreshToken: Fixtures.refreshToken, accountHost: nil, scope: nil)
        let server = try await Self.server(registration)
        var identifiers: Set<String> = []
        for request in transport.requests {
            #expect(request.authorization == nil)
            #expect(
                request.bodyText.contains(
                    "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&"))
            #expect(request.bodyText.hasPrefix("client_id=client&"))
            #expect(!request.bodyText.contains("client_secret"))
            let claims = try await server.verify(Self.assertion(in: request), as: Claims.self)
            #expect(claims.iss == "client" && claims.sub == "client")
            #expect(claims.aud == "https://as.example.com")
            #expect(claims.iat == 1_800_000_000 && claims.exp == 1_800_000_060)
            identifiers.insert(claims.jti)
        }
        #expect(identifiers.count == 2)
    }

    @Test func `prove the client to introspection and revocation too`() async throws {
        let registration = try Self.registration(TestKeys.p256)
        let transport = ScriptedTransport(.json(200, #"{"active":true}"#), .json(200, ""))
        let client = Fixtures.client(transport)
        #expect(await client.introspect(registration, token: Secret("t")) == .active(true, subject: nil))
        #expect(await client.revoke(registration, token: Secret("t"), hint: nil) == .revoked)
        let server = try await Self.server(registration)
        for request in transport.requests {
            let claims = try await server.verify(Self.assertion(in: request), as: Claims.self)
            #expect(claims.aud == "https://as.example.com")
        }
        #expect(transport.requests.count == 2)
    }

    @Test(arguments: [true, false])
    func `are for the token endpoint where there is no issuer, or the server takes nothing else`(
        _ hasIssuer: Bool
    ) async throws {
        let registration = try Self.registration(TestKeys.p256) {
            if hasIssuer { $0.assertionAudience = .tokenEndpoint } else { $0.issuer = nil }
        }
        let transport = ScriptedTransport(500, "")
        _ = await Fixtures.client(transport).clientCredentials(registration, scope: nil)
        let claims = try await Self.server(registration)
            .verify(Self.assertion(in: transport.requests.first), as: Claims.self)
        #expect(claims.aud == "https://as.example.com/token")
    }

    @Test func `without a key nothing is sent, and no grant is touched`() async throws {
        var registration = try Self.registration(TestKeys.p256)
        registration.clientKey = nil
        let transport = ScriptedTransport(200, "{}")
        let outcome = await Fixtures.client(transport).refresh(
            registration, refreshToken: Fixtures.refreshToken, accountHost: nil, scope: nil)
        #expect(outcome.summary == "unprocessed configuration")
        #expect(transport.requests.isEmpty)
    }

    @Test func `of an error's text nothing of the assertion remains`() async throws {
        let registration = try Self.registration(TestKeys.p256)
        let outcome = await Fixtures.client(EchoingTransport()).clientCredentials(registration, scope: nil)
        #expect(outcome.summary == "unprocessed configuration")
        #expect(!outcome.sentence.contains("eyJ"), "\(outcome.sentence)")
    }

    /// Answers with what it was sent, as servers do that explain too much.
    private struct EchoingTransport: HTTPTransport {
        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            let sent = (try? assertion(in: request)) ?? ""
            return .json(401, #"{"error":"invalid_client","error_description":"bad \#(sent)"}"#)
        }
    }
}
