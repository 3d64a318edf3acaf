// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferSandbox
import Testing

@testable import CofferDrill

@Suite struct `Who plays a provider in a drill` {
    @Test(arguments: [
        ("amocrm", "operator", SandboxProvider.amocrm), ("kommo", "command", .kommo),
        ("bitrix24", "operator", .bitrix24),
        ("amocrm", "keycloak", .strict), ("google", "operator", .strict), ("google", "command", .strict),
    ])
    func `is its own emulation, or the strict server where that has no part`(
        _ id: String, _ driver: String, _ kind: SandboxProvider
    ) throws {
        let provider = try #require(ProviderCatalogue.entry(id: id)).description
        #expect(StandIn(provider, driver: driver).kind == kind)
    }

    @Test func `is the strict server where two secrets stand side by side`() {
        var provider = ProviderCatalogue.amocrm
        provider.secretFacts = SecretFacts(overlap: .untilRemoved)
        #expect(StandIn(provider, driver: "operator").kind == .strict)
    }

    @Test func `has the provider's pace, words and facts, and the server's own addresses`() throws {
        var provider = try #require(ProviderCatalogue.entry(id: "google")).description
        provider.rateLimit = RateLimit(amount: 3, interval: .seconds(2), burst: 1, scope: .account)
        provider.secretFacts = SecretFacts(overlap: .untilRemoved, tokensSurvive: false, alsoSigns: "made-up things")
        provider.secretReplacement = .operator(
            OperatorInstructions(
                title: "Made up", steps: ["Click."], link: "https://real.example.com/", secretPattern: "GOCSPX-.*"))
        provider.secretProbe = .none
        provider.tokenProbe = .none
        provider.lifetimes.accessToken = .seconds(1234)
        let server = ProviderDescription(
            id: "strict.localhost:1", displayName: "strict.localhost",
            endpoints: Endpoints(
                authorization: EndpointTemplate("https://strict.localhost:1/authorize"),
                token: EndpointTemplate("https://strict.localhost:1/token")),
            domains: ["strict.localhost"], clientAuthentication: .basicFormEncoded, secretReplacement: .rfc7592,
            secretProbe: .introspection, tokenProbe: .introspection)
        let standIn = StandIn(provider, driver: "operator")
        let played = standIn.played(by: server, operatorPage: "https://strict.localhost:1/operator")
        #expect(played.rateLimit == provider.rateLimit && played.secretFacts == provider.secretFacts)
        #expect(played.secretProbe == .none && played.tokenProbe == .none)
        #expect(played.endpoints == server.endpoints && played.domains == ["strict.localhost"])
        #expect(played.clientAuthentication == .basicFormEncoded)
        #expect(
            played.secretReplacement
                == .operator(
                    OperatorInstructions(
                        title: "Made up", steps: ["Click."], link: "https://strict.localhost:1/operator")))
        #expect(standIn.endsGrants)
        #expect(standIn.configuration(accountCount: 2, isVirtual: true).lifetimes.accessToken == .seconds(1234))
    }

    @Test func `proves what can be asked in earnest`() {
        var server = ProviderCatalogue.amocrm
        server.secretProbe = .introspection
        let played = StandIn(ProviderCatalogue.amocrm, driver: "keycloak").played(by: server, operatorPage: "")
        #expect(played.secretProbe == .introspection && played.tokenProbe == server.tokenProbe)
    }

    @Test func `refuses what is too fast in real time, where the description has the vendor's own limit`() {
        func limits(_ provider: ProviderDescription, isVirtual: Bool) -> LimitSettings {
            StandIn(provider, driver: "operator").configuration(accountCount: 1, isVirtual: isVirtual).limits
        }
        #expect(limits(ProviderCatalogue.amocrm, isVirtual: false) == LimitSettings(.amocrm))
        #expect(limits(ProviderCatalogue.amocrm, isVirtual: true) == .unlimited)
        var faster = ProviderCatalogue.amocrm
        faster.rateLimit = RateLimit(amount: 50, interval: .seconds(1), burst: 50)
        #expect(limits(faster, isVirtual: false) == .unlimited)
    }

    @Test func `is called by the provider's name, however often it was moved to a sandbox`() throws {
        let moved = try ProviderCatalogue.amocrm.relocated(to: "https://amocrm.localhost:1")
        #expect(StandIn(moved, driver: "operator").name == ProviderCatalogue.amocrm.displayName)
    }
}
