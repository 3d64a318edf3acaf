// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct AuthorizationAttemptTests {
    private func zeros(_ chance: AuthorizationAttempt.Chance) -> [UInt8] {
        Array(repeating: 0, count: AuthorizationAttempt.Chance.byteCount)
    }

    @Test func `the request of a standard server is the RFCs'`() throws {
        let attempt = try AuthorizationAttempt(.standard(), scopes: ["a b", "c"], random: zeros)
        let zeroState = String(repeating: "A", count: 43)
        let challenge = ProofKey(verifier: Secret(zeroState)).challenge
        #expect(
            attempt.url
                == "https://id.example/authorize?response_type=code&client_id=the%20client"
                + "&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&scope=a%20b%20c&state=\(zeroState)"
                + "&code_challenge=\(challenge)&code_challenge_method=S256")
        #expect(attempt.verifier == Secret(zeroState))
    }

    @Test func `amoCRM gets client_id, state and mode alone`() throws {
        let registration = ClientRegistration(
            provider: ProviderCatalogue.amocrm, clientID: "id", redirectURI: "https://a.example/")
        let attempt = try AuthorizationAttempt(registration, scopes: ["crm"], random: zeros)
        let query = attempt.url.split(separator: "?")[1].split(separator: "&").map { $0.split(separator: "=")[0] }
        #expect(Set(query) == ["client_id", "state", "mode"])
        #expect(attempt.verifier == nil)
    }

    @Test(arguments: [("todoist", "a,b"), ("shopify", "a,b"), ("clickup", nil), ("pipedrive", nil), ("intercom", nil)])
    func `scopes are sent without a response type where they are asked for there`(_ id: String, _ scope: String?) throws
    {
        let entry = try #require(ProviderCatalogue.entry(id: id))
        #expect(!entry.description.authorizationRequest.responseType)
        let registration = ClientRegistration(
            provider: entry.description, clientID: "id", redirectURI: "https://a.example/")
        let attempt = try AuthorizationAttempt(
            registration, scopes: ["a", "b"],
            accountHost: entry.description.endpoints.authorization?.needsAccountHost == true ? "a.myshopify.com" : nil)
        #expect(attempt.parameters.first { $0.name == "scope" }?.value == scope)
        #expect(!attempt.parameters.contains { $0.name == "response_type" })
    }

    @Test func `a query of the endpoint's own is kept`() throws {
        let registration = ClientRegistration.standard { $0.endpoints.authorization = "https://id.example/a?tenant=1" }
        #expect(try AuthorizationAttempt(registration).url.hasPrefix("https://id.example/a?tenant=1&response_type="))
    }

    @Test func `no two attempts have the same state or verifier`() throws {
        let (one, two) = (try AuthorizationAttempt(.standard()), try AuthorizationAttempt(.standard()))
        #expect(one.state != two.state)
        #expect(one.verifier != two.verifier)
    }

    @Test func `what is missing or not allowed is said before the browser opens`() {
        #expect(
            code { try AuthorizationAttempt(.standard { $0.endpoints.authorization = nil }) } == .unsupported)
        #expect(
            code { try AuthorizationAttempt(.standard { $0.endpoints.authorization = "http://id.example/a" }) }
                == .plainHTTP)
        var registration = ClientRegistration.standard()
        registration.redirectURI = nil
        #expect(code { try AuthorizationAttempt(registration) } == .configuration)
        #expect(code { try AuthorizationAttempt(.hosted(), accountHost: "crm.example.evil.test") } == .refusedHost)
    }
}
