// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Crypto
import Foundation
import JWTKit
import Synchronization
import Testing

@testable import CofferOAuth

@Suite struct `proofs of possession` {
    /// What a server reads of one.
    private struct Claims: JWTPayload {
        let htm: String
        let htu: String
        let iat: Int
        let jti: String
        let ath: String?
        let nonce: String?
        func verify(using algorithm: some JWTAlgorithm) {}
    }

    private static let accepted = #"{"access_token":"A","token_type":"DPoP","refresh_token":"R2","expires_in":60}"#
    private static let wantsNonce = TransportOutcome.answered(
        HTTPAnswer(
            status: 400, headers: [("DPoP-Nonce", "n-1")],
            body: Secret(#"{"error":"use_dpop_nonce","error_description":"nonce"}"#)))

    private static func registration(
        _ style: ProviderDescription.ClientAuthenticationStyle = .post
    ) throws -> ClientRegistration {
        var registration = Fixtures.generic(style) {
            $0.accountLookup = .api(path: "https://as.example.com/me?x=1", idField: "id")
        }
        registration.proofKey = try SigningKey(pem: TestKeys.p256)
        return registration
    }

    /// Verifies a request's proof by the key that it names, as a server does (RFC 9449 §4.3).
    private static func claims(_ request: HTTPMessage?) async throws -> Claims {
        let request = try #require(request)
        let proof = try #require(request.headers.first { $0.name == "DPoP" }?.value)
        let text = try #require(decoded(proof.prefix { $0 != "." }))
        let header = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
        #expect(header["typ"] as? String == "dpop+jwt")
        #expect(header["alg"] as? String == "ES256")
        #expect(header["kid"] == nil)
        let key = try #require(header["jwk"] as? [String: String])
        #expect(Set(key.keys) == ["kty", "crv", "x", "y"])
        let x = try #require(key["x"])
        let y = try #require(key["y"])
        let keys = await JWTKeyCollection().add(ecdsa: try ES256PublicKey(parameters: (x, y)))
        return try await keys.verify(proof, as: Claims.self)
    }

    private static func decoded(_ part: Substring) -> Data? {
        let text = part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return Data(base64Encoded: String(text) + String(repeating: "=", count: (4 - text.count % 4) % 4))
    }

    private func refresh(_ transport: any HTTPTransport, _ registration: ClientRegistration) async -> TokenOutcome {
        await Fixtures.client(transport).refresh(
            registration, refreshToken: Fixtures.refreshToken, accountHost: nil, scope: nil)
    }

    @Test func `name method, address and moment, each with another id`() async throws {
        let transport = ScriptedTransport(.json(200, Self.accepted), .json(200, Self.accepted))
        let client = Fixtures.client(transport)
        let registration = try Self.registration()
        for _ in 1...2 { _ = await client.clientCredentials(registration, scope: nil) }
        var identifiers: Set<String> = []
        for request in transport.requests {
            let claims = try await Self.claims(request)
            #expect(claims.htm == "POST" && claims.htu == "https://as.example.com/token")
            #expect(claims.iat == 1_800_000_000)
            #expect(claims.ath == nil && claims.nonce == nil)
            identifiers.insert(claims.jti)
        }
        #expect(identifiers.count == 2)
    }

    @Test func `a refresh that wants a nonce is made anew once, and its token was not used before`() async throws {
        let transport = ScriptedTransport(Self.wantsNonce, .json(200, Self.accepted))
        let outcome = await refresh(transport, try Self.registration())
        #expect(outcome.tokens?.accessToken == Secret("A"))
        #expect(outcome.tokens?.proofKey == TestKeys.p256)
        #expect(transport.requests.count == 2)
        let (first, second) = (
            try await Self.claims(transport.requests.first), try await Self.claims(transport.requests.last)
        )
        #expect(first.nonce == nil && second.nonce == "n-1")
        #expect(first.jti != second.jti)
    }

    @Test func `a server that wants a nonce again is not asked a third time, and no grant is ended`() async throws {
        let transport = ScriptedTransport(Self.wantsNonce, Self.wantsNonce, .json(200, Self.accepted))
        let outcome = await refresh(transport, try Self.registration())
        #expect(outcome.summary == "unprocessed configuration")
        #expect(transport.requests.count == 2)
    }

    @Test func `nothing is repeated without the key, without a nonce, or for another reason`() async throws {
        let noNonce = TransportOutcome.json(400, #"{"error":"use_dpop_nonce"}"#)
        let strange = TransportOutcome.answered(
            HTTPAnswer(
                status: 400, headers: [("DPoP-Nonce", "a\"b")], body: Secret(#"{"error":"use_dpop_nonce"}"#)))
        let dead = TransportOutcome.answered(
            HTTPAnswer(status: 400, headers: [("DPoP-Nonce", "n")], body: Secret(#"{"error":"invalid_grant"}"#)))
        for first in [noNonce, strange, dead] {
            let transport = ScriptedTransport(first, .json(200, Self.accepted))
            _ = await refresh(transport, try Self.registration())
            #expect(transport.requests.count == 1)
        }
        let transport = ScriptedTransport(Self.wantsNonce, .json(200, Self.accepted))
        _ = await refresh(transport, Fixtures.generic(.post))
        #expect(transport.requests.count == 1)
    }

    @Test func `an assertion in the request is made anew too, as one is good once`() async throws {
        var registration = try Self.registration(.privateKeyJWT)
        registration.clientKey = try ClientKey(SigningKey(pem: TestKeys.ed25519))
        let transport = ScriptedTransport(Self.wantsNonce, .json(200, Self.accepted))
        _ = await refresh(transport, registration)
        #expect(transport.requests.count == 2)
        #expect(Set(transport.requests.map(\.bodyText)).count == 2)
    }

    @Test func `both requests end before the one deadline`() async throws {
        let transport = DeadlineTransport(Self.wantsNonce)
        _ = await refresh(transport, try Self.registration())
        let deadlines = transport.deadlines
        #expect(deadlines.count == 2)
        #expect(deadlines[0] == .seconds(30) && deadlines[1] < .seconds(30) && deadlines[1] > .seconds(1))
    }

    @Test func `the nonce of any answer goes into the next proof for that server`() async throws {
        let answer = TransportOutcome.answered(
            HTTPAnswer(status: 200, headers: [("dpop-nonce", "n-2")], body: Secret(Self.accepted)))
        let transport = ScriptedTransport(answer, .json(200, Self.accepted))
        let client = Fixtures.client(transport)
        let registration = try Self.registration()
        for _ in 1...2 { _ = await client.clientCredentials(registration, scope: nil) }
        #expect(try await Self.claims(transport.requests.last).nonce == "n-2")
    }

    @Test func `an API gets the token's hash, and a nonce of its own`() async throws {
        let refused = TransportOutcome.answered(
            HTTPAnswer(
                status: 401, headers: [("WWW-Authenticate", #"DPoP error="use_dpop_nonce""#), ("DPoP-Nonce", "r-1")]))
        let transport = ScriptedTransport(refused, .json(200, #"{"id":"7"}"#), .json(200, Self.accepted))
        let client = Fixtures.client(transport)
        let registration = try Self.registration()
        #expect(await client.accountID(registration, accessToken: Secret("A"), accountHost: nil) == "7")
        #expect(transport.requests.map(\.authorizationText) == ["DPoP A", "DPoP A"])
        let claims = try await Self.claims(transport.requests.last)
        #expect(claims.htm == "GET" && claims.htu == "https://as.example.com/me" && claims.nonce == "r-1")
        #expect(claims.ath == Data(SHA256.hash(data: Data("A".utf8))).base64URLEncodedString())
        _ = await client.clientCredentials(registration, scope: nil)
        #expect(try await Self.claims(transport.requests.last).nonce == nil)
    }

    /// RFC 9449 §5: `Bearer` says that nothing binds it; the refresh token is saved whatever else is wrong.
    @Test func `a token that is not bound is not taken`() async throws {
        let bearer = #"{"access_token":"A","token_type":"Bearer","refresh_token":"R2"}"#
        let outcome = await refresh(ScriptedTransport(200, bearer), try Self.registration())
        #expect(outcome.tokens?.accessToken == nil)
        #expect(outcome.tokens?.refreshToken == Secret("R2"))
        let alone = #"{"access_token":"A","token_type":"Bearer"}"#
        let other = await refresh(ScriptedTransport(200, alone), try Self.registration())
        #expect(other.summary == "senseless" && other.sentence.contains("bound"))
    }

    @Test func `an authorization request names the key that its code is bound to`() throws {
        let attempt = try AuthorizationAttempt(Self.registration(), redirectURI: "http://127.0.0.1:9/x")
        let thumbprint = try SigningKey(pem: TestKeys.p256).publicKey.thumbprint
        #expect(attempt.url.contains("dpop_jkt=\(thumbprint)"))
        let state = try #require(attempt.state).withExposedText { $0 }
        let code = try CallbackParser(attempt).parse("http://127.0.0.1:9/x?code=C&state=\(state)")
        #expect(code.proofKey?.pem == TestKeys.p256)
        let other = try AuthorizationAttempt(Fixtures.generic, redirectURI: "http://127.0.0.1:9/x")
        #expect(!other.url.contains("dpop_jkt"))
    }

    /// Notes how much time each request was given.
    private final class DeadlineTransport: HTTPTransport {
        private let given = Mutex<[Duration]>([])
        private let outcome: TransportOutcome
        var deadlines: [Duration] { given.withLock(\.self) }
        init(_ outcome: TransportOutcome) { self.outcome = outcome }
        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            given.withLock { $0.append(deadline) }
            return outcome
        }
    }
}
