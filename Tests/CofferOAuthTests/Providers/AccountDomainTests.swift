// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `Hosts of accounts that get no secret` {
    private let rule: HostRule = {
        var provider = Fixtures.generic.provider
        provider.accountHosts = .underDomains
        provider.accountDomains = ["shops.example"]
        provider.apiDomains = ["api.elsewhere.example"]
        return HostRule(provider, trust: TrustSettings())
    }()

    @Test func `are accepted, and completed, by their own suffixes`() throws {
        #expect(try rule.accountHost(from: "acme") == "acme.shops.example")
        #expect(try rule.accountHost(from: "https://acme.shops.example/x") == "acme.shops.example")
        #expect(throws: OAuthError(.refusedHost, "")) { try rule.accountHost(from: "as.example.com") }
        #expect(throws: OAuthError(.refusedHost, "")) { try rule.accountHost(from: "evilshops.example") }
    }

    @Test func `get access tokens, and never a client's secret`() throws {
        _ = try rule.approveAPI("https://{account}/me", accountHost: "acme.shops.example")
        #expect(throws: OAuthError(.refusedHost, "")) {
            try rule.approve("https://{account}/token", accountHost: "acme.shops.example")
        }
    }

    @Test func `are joined by those of the API, which get no secret either`() throws {
        _ = try rule.approveAPI("https://api.elsewhere.example/me", accountHost: nil)
        #expect(throws: OAuthError(.refusedHost, "")) { try rule.approve("https://api.elsewhere.example/token") }
        #expect(throws: OAuthError(.refusedHost, "")) { try rule.accountHost(from: "api.elsewhere.example") }
        #expect(throws: OAuthError(.refusedHost, "")) {
            try rule.approveAPI("https://other.elsewhere.example/me", accountHost: nil)
        }
    }
}
