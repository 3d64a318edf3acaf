// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferOAuth

@Suite struct `A provider with settings` {
    private let entry = CatalogueEntry(
        ProviderDescription(
            id: "example", displayName: "Example", issuer: "https://{region}.example.com/{tenant}",
            endpoints: Endpoints(token: "https://{region}.example.com/{tenant}/token"),
            domains: ["{region}.example.com"],
            clientAuthentication: .post, tokenProbe: .api(path: "https://{region}.example.com/me")),
        variables: [
            ProviderVariable("tenant", about: "which directory"),
            ProviderVariable("region", about: "which data centre", fallback: "eu", pattern: "eu|us"),
        ])

    @Test func `has them in every address`() throws {
        let description = try entry.described(with: ["tenant": "contoso", "region": "us"])
        #expect(description.endpoints.token == "https://us.example.com/contoso/token")
        #expect(description.domains == ["us.example.com"])
        #expect(description.issuer == "https://us.example.com/contoso")
        #expect(description.tokenProbe == .api(path: "https://us.example.com/me"))
        #expect(try entry.described(with: ["tenant": "a"]).endpoints.token == "https://eu.example.com/a/token")
    }

    @Test(arguments: [
        [:], ["tenant": ""], ["tenant": "a", "region": "mars"], ["tenant": "a", "planet": "mars"],
        ["tenant": "a/../../b"], ["tenant": "a@evil.example"], ["tenant": "a b"], ["tenant": "a?x"],
        ["tenant": "{tenant}"],
    ])
    func `refuses those that are missing, strange or could end a host`(_ values: [String: String]) {
        #expect(throws: OAuthError(.configuration, "")) { try entry.described(with: values) }
    }

    @Test func `may be hosts with a port, in any case of letters`() throws {
        let gitlab = try #require(ProviderCatalogue.entry(id: "gitlab"))
        let description = try gitlab.described(with: ["host": "Git.Example.com:8443"])
        #expect(description.domains == ["git.example.com"])
        let rule = HostRule(description, trust: TrustSettings())
        #expect(try rule.approve(description.endpoints.token, accountHost: nil).url.port == 8443)
    }

    @Test func `can't lead out of its own hosts`() {
        var lenient = entry
        lenient.description.domains = ["example.com"]
        lenient.description.endpoints.token = "https://{region}/token"
        lenient.variables[1].pattern = ".*"
        #expect(throws: OAuthError(.refusedHost, "")) {
            try lenient.described(with: ["tenant": "a", "region": "evil.example"])
        }
    }
}
