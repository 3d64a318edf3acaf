// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `the provider catalogue` {
    @Test func `is alphabetical and found by name`() {
        let names = ProviderCatalogue.entries.map(\.description.id)
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
        #expect(ProviderCatalogue.entry(id: "kommo")?.description == ProviderCatalogue.kommo)
        #expect(ProviderCatalogue.entry(id: "nobody") == nil)
    }

    @Test(arguments: ProviderCatalogue.entries.map(\.description)) func `survives being stored`(
        _ provider: ProviderDescription
    ) throws {
        let data = try JSONEncoder().encode(provider)
        #expect(try JSONDecoder().decode(ProviderDescription.self, from: data) == provider)
    }

    @Test(arguments: ProviderCatalogue.entries.map(\.description)) func `keeps alive at half of the idle expiry`(
        _ provider: ProviderDescription
    ) {
        #expect(provider.keepAlive.map { $0 * 2 } == provider.lifetimes.refreshToken)
    }

    @Test(arguments: ProviderCatalogue.crm) func `knows its secrets' form`(_ provider: ProviderDescription) throws {
        guard case .operator(let instructions) = provider.secretReplacement else {
            Issue.record("an operator replaces the secret of \(provider.id)")
            return
        }
        #expect(instructions.accepts(Secret(String(repeating: "aB3", count: 16) + "aa")))
        #expect(!instructions.accepts(Secret("too short")))
        #expect(!instructions.accepts(Secret("")))
    }

    @Test(arguments: ProviderCatalogue.crm)
    func `moves to the sandbox with every endpoint`(_ provider: ProviderDescription) throws {
        let moved = try provider.relocated(to: "https://play.localhost:8443")
        let rule = HostRule(moved, trust: TrustSettings())
        for endpoint in moved.endpoints.all {
            let destination = try rule.approve(endpoint, accountHost: "acme.play.localhost:8443")
            #expect(destination.addresses == .loopbackOnly)
            #expect(destination.url.port == 8443)
        }
        #expect(try rule.accountHost(from: "acme.play.localhost:8443") == "acme.play.localhost:8443")
        #expect(throws: OAuthError(.refusedHost, "")) { try rule.approve("https://acme.amocrm.ru/") }
        if case .form(let url, _) = moved.tokenProbe {
            #expect(try rule.approve(url, accountHost: nil).url.host == "play.localhost")
        }
    }

    @Test(arguments: [
        "https://sandbox.example", "https://10.0.0.1:8443", "https://play.localhost/path", "play.localhost",
    ])
    func `moves nowhere else`(_ sandbox: String) {
        #expect(throws: OAuthError(.refusedHost, "")) { try ProviderCatalogue.amocrm.relocated(to: sandbox) }
    }

    @Test func `moves to an address, where all accounts are one`() throws {
        let moved = try ProviderCatalogue.amocrm.relocated(to: "http://127.0.0.1:9000")
        let rule = HostRule(moved, trust: TrustSettings())
        #expect(
            try rule.approve(moved.endpoints.token, accountHost: "127.0.0.1:9000").url.description
                == "http://127.0.0.1:9000/oauth2/access_token")
    }
}
