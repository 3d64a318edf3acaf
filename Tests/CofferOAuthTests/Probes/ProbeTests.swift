// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `probes` {
    private func verdict(
        _ registration: ClientRegistration, _ status: Int, _ body: String
    ) async -> (word: String, request: HTTPMessage?) {
        let transport = ScriptedTransport(status, body)
        let probe = SecretProbe(client: Fixtures.client(transport)) { "made-up" }
        let word =
            switch await probe.probe(registration, accountHost: "acme.amocrm.ru") {
            case .accepted: "accepted"
            case .refused: "refused"
            case .unknown: "unknown"
            case .unanswered: "unanswered"
            }
        return (word, transport.requests.first)
    }

    private func generic(_ method: ProviderDescription.SecretProbeMethod) -> ClientRegistration {
        Fixtures.generic(.basicFormEncoded) { $0.secretProbe = method }
    }

    @Test(arguments: [
        (400, #"{"hint":"Cannot decrypt the authorization code","status":400}"#, "accepted"),
        (400, #"{"hint":"Authorization code has expired"}"#, "accepted"),
        (401, #"{"title":"Некорректный клиент","status":401}"#, "refused"),
        (400, #"{"hint":"Check the `client_secret` parameter"}"#, "refused"),
        (400, #"{"hint":"Redirect URI is not associated with client"}"#, "unknown"),
        (400, #"{"hint":"Invalid account"}"#, "unknown"), (401, "<html>", "unknown"), (403, "<html>", "unknown"),
        (429, "", "unanswered"), (503, "<html>", "unanswered"), (200, "{}", "unknown"), (404, "", "unknown"),
    ]) func `amoCRM tells by a made-up code`(_ status: Int, _ body: String, _ expected: String) async {
        let (word, request) = await verdict(Fixtures.amocrm, status, body)
        #expect(word == expected)
        #expect(request?.bodyText.contains(#""code":"made-up""#) == true)
    }

    @Test(arguments: [
        (400, #"{"error":"invalid_grant"}"#, "accepted"), (200, #"{"error":"wrong_client"}"#, "refused"),
        (400, #"{"error":"INVALID_CLIENT"}"#, "refused"), (401, #"{"error":"NOT_INSTALLED"}"#, "unknown"),
        (400, "", "unknown"), (200, #"{"error":"QUERY_LIMIT_EXCEEDED"}"#, "unanswered"), (502, "", "unanswered"),
    ]) func `Bitrix24 tells by a made-up code`(_ status: Int, _ body: String, _ expected: String) async {
        #expect(await verdict(Fixtures.bitrix24, status, body).word == expected)
    }

    /// As Glewlwyd 2.7.5 and django-oauth-toolkit 3.4.1 answer.
    @Test(arguments: [
        (ProviderDescription.SecretProbeMethod.introspection, 200, #"{"active":false}"#, "accepted"),
        (.introspection, 401, "", "refused"), (.introspection, 403, "", "unknown"),
        (.introspection, 500, "", "unanswered"),
        (.revocation, 200, "", "accepted"), (.revocation, 401, "", "refused"), (.revocation, 503, "", "unanswered"),
        (.clientCredentials, 200, #"{"access_token":"A"}"#, "accepted"), (.clientCredentials, 403, "", "unknown"),
        (.clientCredentials, 401, #"{"error":"invalid_client"}"#, "refused"),
        (.clientCredentials, 403, "<html>", "unknown"), (.clientCredentials, 429, "", "unanswered"),
        (.clientCredentials, 400, #"{"error":"unauthorized_client"}"#, "unknown"),
        (.authorizationCode, 403, #"{"error":"invalid_code"}"#, "accepted"),
        (.authorizationCode, 400, #"{"error":"invalid_grant"}"#, "accepted"),
        (.authorizationCode, 401, #"{"error":"invalid_client"}"#, "refused"), (.authorizationCode, 400, "", "unknown"),
    ]) func `a server of the RFCs tells by its answer`(
        _ method: ProviderDescription.SecretProbeMethod, _ status: Int, _ body: String, _ expected: String
    ) async {
        let (word, request) = await verdict(generic(method), status, body)
        #expect(word == expected)
        #expect(request?.bodyText.contains("refresh_token") == false)
    }

    @Test(arguments: [
        ProviderDescription.SecretProbeMethod.introspection, .revocation, .clientCredentials, .authorizationCode,
    ]) func `a network that is down is no answer, however it fails`(
        _ method: ProviderDescription.SecretProbeMethod
    ) async {
        let failures = [
            TransportFailure(.connection, "Made up."), TransportFailure(.resolution, "Made up."),
            TransportFailure(.certificate, "Made up."), TransportFailure(.refusedAddress, "Made up."),
            TransportFailure(.timedOut, "Made up."), TransportFailure(.malformed, "Made up."),
        ]
        for outcome in failures.flatMap({ [TransportOutcome.notSent($0), .lost($0)] }) {
            let probe = SecretProbe(client: Fixtures.client(ScriptedTransport(outcome))) { "made-up" }
            let verdict = await probe.probe(generic(method))
            guard case .unanswered(let evidence) = verdict else {
                Issue.record("\(outcome): \(verdict)")
                continue
            }
            #expect(evidence.contains("Made up."))
        }
    }

    @Test func `without a way nothing is sent and nothing is claimed`() async {
        let (word, request) = await verdict(generic(.none), 200, "{}")
        #expect(word == "unknown")
        #expect(request == nil)
    }

    @Test(arguments: [
        (ProviderDescription.TokenProbeMethod.introspection, 200, #"{"active":true}"#, "alive"),
        (.introspection, 200, #"{"active":false}"#, "dead"), (.introspection, 401, "", "unknown"),
        (.api(path: "https://as.example.com/me"), 200, "{}", "alive"),
        (.api(path: "https://as.example.com/me"), 401, "", "dead"),
        (.api(path: "https://as.example.com/me"), 401, #"{"code":111}"#, "unknown"),
        (.api(path: "https://as.example.com/me"), 403, "<html>", "unknown"),
        (.api(path: "https://as.example.com/me"), 302, "", "unknown"),
        (.api(path: "https://evil.example/me"), 200, "{}", "unknown"),
        (.form(url: "https://as.example.com/info", field: "auth"), 401, #"{"error":"expired_token"}"#, "dead"),
        (.form(url: "https://as.example.com/info", field: "auth"), 200, #"{"error":"NO_AUTH_FOUND"}"#, "dead"),
        (.form(url: "https://as.example.com/info", field: "auth"), 200, #"{"result":{}}"#, "alive"),
        (.none, 200, "", "unknown"),
    ]) func `an access token is judged by the provider`(
        _ method: ProviderDescription.TokenProbeMethod, _ status: Int, _ body: String, _ expected: String
    ) async {
        let registration = Fixtures.generic(.post) { $0.tokenProbe = method }
        let probe = TokenProbe(client: Fixtures.client(ScriptedTransport(status, body)))
        let verdict = await probe.probe(registration, accessToken: Secret("marker-access-token"), accountHost: nil)
        let word =
            switch verdict {
            case .alive: "alive"
            case .dead: "dead"
            case .unknown: "unknown"
            }
        #expect(word == expected)
        #expect(!verdict.evidence.contains("marker"))
    }

    @Test func `amoCRM's API is asked on the account's host`() async {
        let transport = ScriptedTransport(401, "")
        let verdict = await TokenProbe(client: Fixtures.client(transport)).probe(
            Fixtures.amocrm, accessToken: Secret("A"), accountHost: "acme.amocrm.ru")
        #expect(verdict == .dead(evidence: "The API refused the token: amoCRM answered 401."))
        #expect(transport.requests.first?.destination.url.description == "https://acme.amocrm.ru/api/v4/account")
        #expect(transport.requests.first?.authorizationText == "Bearer A")
    }

    /// RFC 9449 §7.1: what was refused may be the proof, and then nothing is known of the token.
    @Test(arguments: [
        (#"DPoP error="invalid_token""#, "dead"), (#"DPoP error="invalid_dpop_proof""#, "unknown"),
        (#"DPoP error="use_dpop_nonce""#, "unknown"), ("DPoP algs=\"ES256\"", "unknown"),
    ]) func `a bound token is dead where the server names it, not the proof`(
        _ challenge: String, _ expected: String
    ) async throws {
        var registration = Fixtures.generic(.post) { $0.tokenProbe = .api(path: "https://as.example.com/me") }
        registration.proofKey = try SigningKey(pem: TestKeys.p256)
        let refusal = TransportOutcome.answered(
            HTTPAnswer(
                status: 401,
                headers: [("WWW-Authenticate", "Basic"), ("WWW-Authenticate", challenge), ("DPoP-Nonce", "r-1")]))
        let transport = ScriptedTransport(refusal, refusal)
        let verdict = await TokenProbe(client: Fixtures.client(transport)).probe(
            registration, accessToken: Secret("A"), accountHost: nil)
        let word =
            switch verdict {
            case .alive: "alive"
            case .dead: "dead"
            case .unknown: "unknown"
            }
        #expect(word == expected)
        #expect(transport.requests.count == (challenge.contains("use_dpop_nonce") ? 2 : 1))
    }
}
