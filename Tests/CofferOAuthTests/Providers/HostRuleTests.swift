// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferOAuth

@Suite struct `hosts that a secret may go to` {
    private let amocrm = HostRule(ProviderCatalogue.amocrm, trust: TrustSettings())

    private func rule(_ domain: String, trust: TrustSettings = TrustSettings(), port: Int? = nil) -> HostRule {
        let authority = port.map { "\(domain):\($0)" } ?? domain
        let provider = ProviderDescription(
            id: "x", displayName: "X", endpoints: Endpoints(token: EndpointTemplate("https://\(authority)/token")),
            domains: [domain], clientAuthentication: .post)
        return HostRule(provider, trust: trust)
    }

    @Test(arguments: ["https://acme.amocrm.ru/x", "https://AMOCRM.com", "https://a.b.kommo.com:443/?q=1"])
    func `a host under an allowed suffix is approved for public addresses`(_ url: String) throws {
        #expect(try amocrm.approve(url).addresses == .publicOnly)
    }

    @Test(arguments: [
        "https://evilamocrm.ru/", "https://amocrm.ru.evil.example/", "https://acme.amocrm.ru@evil.example/",
        "https://evil.example/amocrm.ru", "https://acme.amocrm.ru:8443/", "https://acme.amocrm.ru\\@evil.example/",
        "https://acme.amocrm.ru#@evil.example/", "https://xn--/.amocrm.ru", "https://a%2e.amocrm.ru/",
        "ftp://amocrm.ru/",
        "//acme.amocrm.ru/", "https://", "https://amocrm.ru./", "https://-a.amocrm.ru/", "https://а.amocrm.ru/",
        "https://2130706433/", "https://0x7f.1/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/",
        "https://acme.amocrm.ru:0/", "https://acme.amocrm.ru:99999/", "https://acme.amocrm.ru:/", " https://amocrm.ru/",
    ]) func `everything else is refused`(_ url: String) {
        #expect(throws: OAuthError(.refusedHost, "")) { try amocrm.approve(url) }
    }

    @Test func `plain HTTP is for loopback that the description itself names`() throws {
        #expect(throws: OAuthError(.plainHTTP, "")) { try amocrm.approve("http://acme.amocrm.ru/") }
        #expect(try rule("127.0.0.1").approve("http://127.0.0.1:4593/t").addresses == .loopbackOnly)
        #expect(try rule("amocrm.localhost").approve("http://acme.amocrm.localhost:8443/").addresses == .loopbackOnly)
        #expect(throws: OAuthError(.refusedHost, "")) { try amocrm.approve("http://amocrm.localhost/") }
    }

    @Test func `a private address needs the app's word`() throws {
        #expect(throws: OAuthError(.refusedHost, "")) { try rule("10.0.0.5").approve("https://10.0.0.5/") }
        let trust = TrustSettings(allowsPrivateNetwork: true)
        #expect(try rule("10.0.0.5", trust: trust).approve("https://10.0.0.5/").addresses == .any)
        #expect(throws: OAuthError(.refusedHost, "")) {
            try rule("10.0.0.5", trust: trust).approve("https://1.10.0.0.5/")
        }
    }

    @Test func `a port is the scheme's own or the description's`() throws {
        #expect(try rule("as.example", port: 8443).approve("https://as.example:8443/").url.port == 8443)
        #expect(throws: OAuthError(.refusedHost, "")) {
            try rule("as.example", port: 8443).approve("https://as.example:9443/")
        }
    }

    @Test(arguments: [
        ("acme.amocrm.ru", "acme.amocrm.ru"), ("https://Acme.amocrm.ru/leads", "acme.amocrm.ru"),
        ("acme.amocrm.ru/leads", "acme.amocrm.ru"), ("acme", "acme.amocrm.ru"),
    ]) func `an account's host is brought into one form`(_ text: String, _ expected: String) throws {
        #expect(try amocrm.accountHost(from: text) == expected)
    }

    @Test(arguments: ["evil.example", "", "a b", "acme.amocrm.ru:444", "u:p@acme.amocrm.ru", "localhost", "10.0.0.1"])
    func `an account's host that is not allowed is refused`(_ text: String) {
        #expect(throws: OAuthError(.refusedHost, "")) { try amocrm.accountHost(from: text) }
    }

    @Test func `Bitrix24's portals are anywhere but in our own network`() throws {
        let rule = HostRule(ProviderCatalogue.bitrix24, trust: TrustSettings())
        #expect(try rule.accountHost(from: "crm.example.org") == "crm.example.org")
        for text in ["127.0.0.1", "192.168.1.1", "x.localhost"] {
            #expect(throws: OAuthError(.refusedHost, "")) { try rule.accountHost(from: text) }
        }
        #expect(throws: OAuthError(.refusedHost, "")) { try rule.approve("https://crm.example.org/oauth/token/") }
    }

    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.168.0.1",
        "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
        "fd12::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1",
        "2001:db8::1",
    ]) func `an address of no public registry is not public`(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic == false)
    }

    @Test(arguments: ["8.8.8.8", "172.32.0.1", "192.0.3.1", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
    func `an address of the Internet is public`(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic)
    }

    @Test(arguments: ["127.1", "0177.0.0.1", "2130706433", "0x7f000001", "1.2.3.4.5", "", "::g"])
    func `only the usual text is an address`(_ text: String) { #expect(IPAddress(text) == nil) }
}
