// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `token requests` {
    private static let awkward = Secret("a+b/c%41 d&e")

    private func basic(_ id: String, _ secret: Secret, isFormEncoded: Bool) -> String? {
        let value = ClientAuthentication.basic(id: id, secret: secret, isFormEncoded: isFormEncoded)
        return value.withExposedText { text in
            Data(base64Encoded: String(text.dropFirst("Basic ".count))).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test func `Basic is form-encoded by RFC 6749`() {
        #expect(basic("id", Self.awkward, isFormEncoded: true) == "id:a%2Bb%2Fc%2541+d%26e")
        #expect(basic("i:d", Secret("s:é"), isFormEncoded: true) == "i%3Ad:s%3A%C3%A9")
    }

    @Test func `Basic is raw where the description says so`() {
        #expect(basic("id", Self.awkward, isFormEncoded: false) == "id:a+b/c%41 d&e")
    }

    @Test func `amoCRM gets JSON with its redirect URI on the account's host`() async throws {
        let transport = ScriptedTransport(500, "")
        _ = await Fixtures.client(transport).refresh(
            Fixtures.amocrm, refreshToken: Secret("R\"1"), accountHost: "acme.kommo.com", scope: nil)
        let request = try #require(transport.requests.first)
        #expect(request.destination.url.description == "https://acme.kommo.com/oauth2/access_token")
        #expect(request.headers.contains { $0 == ("Content-Type", "application/json") })
        #expect(request.authorization == nil)
        #expect(
            request.bodyText
                == #"{"client_id":"uuid-1","client_secret":"marker-client-secret-0123456789","grant_type":"refresh_token","refresh_token":"R\"1","redirect_uri":"https://example.com/cb"}"#
        )
    }

    @Test func `Bitrix24 gets a form and nothing in the query`() async throws {
        let transport = ScriptedTransport(500, "")
        _ = await Fixtures.client(transport).refresh(
            Fixtures.bitrix24, refreshToken: Secret("R 1"), accountHost: "portal.example", scope: nil)
        let request = try #require(transport.requests.first)
        #expect(request.destination.url.description == "https://oauth.bitrix.info/oauth/token/")
        #expect(
            request.bodyText
                == "client_id=local.1&client_secret=marker-client-secret-0123456789&grant_type=refresh_token&refresh_token=R+1"
        )
    }

    @Test func `a code is exchanged with its verifier and redirect URI`() async throws {
        let transport = ScriptedTransport(500, "")
        _ = await Fixtures.client(transport).exchange(
            Fixtures.generic, code: Secret("C"), verifier: Secret("V"), redirectURI: "http://127.0.0.1:9/x",
            accountHost: nil)
        let request = try #require(transport.requests.first)
        #expect(
            request.bodyText
                == "grant_type=authorization_code&code=C&code_verifier=V&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fx")
        #expect(request.authorizationText.hasPrefix("Basic "))
    }

    @Test func `a scope is separated as the provider wants it`() async throws {
        let transport = ScriptedTransport(500, "")
        let registration = Fixtures.generic(.post) { $0.scopeSeparator = "," }
        _ = await Fixtures.client(transport).clientCredentials(registration, scope: "a b")
        #expect(transport.requests.first?.bodyText.hasSuffix("scope=a%2Cb") == true)
    }

    @Test(arguments: [
        "evil.example", "amocrm.ru.evil.example", "evilamocrm.ru", "user@acme.amocrm.ru", "acme.amocrm.ru/x?y=",
        "acme.amocrm.ru:8443", "acme.amocrm.ru#", "", "127.0.0.1", "acme.amocrm.localhost", "[::1]",
    ]) func `nothing is sent to a host that is not allowed`(_ host: String) async {
        let transport = ScriptedTransport(200, "{}")
        let outcome = await Fixtures.client(transport).refresh(
            Fixtures.amocrm, refreshToken: Fixtures.refreshToken, accountHost: host, scope: nil)
        #expect(outcome.summary == "unprocessed refusedHost")
        #expect(transport.requests.isEmpty)
    }

    @Test func `an account's endpoint without the account is a matter of configuration`() async {
        let transport = ScriptedTransport(200, "{}")
        let outcome = await Fixtures.client(transport).refresh(
            Fixtures.amocrm, refreshToken: Fixtures.refreshToken, accountHost: nil, scope: nil)
        #expect(outcome.summary == "unprocessed configuration")
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [
        (200, "", RevocationOutcome.revoked), (400, #"{"error":"unsupported_token_type"}"#, .unsupported),
        (401, "", .refused("Example answered 401.")), (503, "", .unanswered("Example answered 503.")),
        (200, #"{"ok":false,"error":"token_expired"}"#, .unknown("Example answered 200 token_expired.")),
        (200, #"{"ok":false}"#, .unknown("Example answered 200.")),
        (200, #"{"ok":true,"revoked":false}"#, .unknown("Example answered 200.")),
        (200, #"{"error":"invalid_client"}"#, .refused("Example answered 200 invalid_client.")),
        (200, #"{"ok":true,"revoked":true}"#, .revoked), (200, #"{"error":0}"#, .revoked), (200, "<html>", .revoked),
        (200, #"{"error":"unsupported_token_type"}"#, .unsupported),
    ]) func `revocation is told apart`(_ status: Int, _ body: String, _ expected: RevocationOutcome) async {
        let client = Fixtures.client(ScriptedTransport(status, body))
        #expect(await client.revoke(Fixtures.generic, token: Secret("T"), hint: nil) == expected)
    }

    @Test(arguments: [
        (200, #"{"active":true,"sub":"u"}"#, IntrospectionOutcome.active(true, subject: "u")),
        (200, #"{"active":false}"#, .active(false, subject: nil)), (401, "", .refused("Example answered 401.")),
        (200, #"{"active":"yes"}"#, .unknown("Example answered 200.")),
        (200, "<html>", .unknown("Example answered 200.")), (403, "", .unknown("Example answered 403.")),
        (429, "", .unanswered("Example answered 429.")), (500, "", .unanswered("Example answered 500.")),
    ]) func `introspection is told apart`(_ status: Int, _ body: String, _ expected: IntrospectionOutcome) async {
        let client = Fixtures.client(ScriptedTransport(status, body))
        #expect(await client.introspect(Fixtures.generic, token: Secret("T")) == expected)
    }

    @Test(
        arguments: [
            ("120", 120), ("999999999999999999999", 3600), ("Fri, 15 Jan 2027 08:00:30 GMT", 30),
            ("Fri, 15 Jan 2027 07:59:59 GMT", nil), ("soon", nil), ("-1", nil), ("0", nil),
            ("00", nil), ("", nil),
        ] as [(String, Int?)]) func `Retry-After is seconds or a date`(_ field: String, _ seconds: Int?)
    {
        #expect(RetryAfter.read(field, now: Fixtures.moment) == seconds.map { .seconds($0) })
    }
}
