// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferOAuth

extension FuzzedParser {
    /// What decides where a secret goes.
    static let addresses: [FuzzedParser] = [
        FuzzedParser(name: "callback", longestInput: 1024) { bytes in
            guard let text = text(bytes) else { return }
            for attempt in attempts {
                guard let code = try? CallbackParser(attempt).parse(text) else { continue }
                require(!code.code.isEmpty, "a code is there")
                guard let host = code.accountHost else { continue }
                let rule = HostRule(attempt.registration.provider, trust: attempt.registration.trust)
                require((try? rule.accountHost(from: host)) == host, "an account's host is one that is allowed")
            }
        },
        FuzzedParser(name: "query", longestInput: 512) { bytes in
            guard let text = text(bytes), let parameters = QueryText.decode(text) else { return }
            let encoded = QueryText.encode(parameters.map { (name: $0.key, value: $0.value) })
            require(QueryText.decode(encoded) == parameters, "parameters are read as they were written")
        },
        FuzzedParser(name: "endpoint-url", longestInput: 512) { bytes in
            guard let text = text(bytes), let url = try? EndpointURL(text) else { return }
            require((try? EndpointURL(url.description)) == url, "a URL is read as it was written")
            require((1...65535).contains(url.port), "a port is a port")
            // A second, independent reading must not see another host.
            if let other = URLComponents(string: text)?.host {
                let name = other.hasPrefix("[") ? String(other.dropFirst().dropLast()) : other
                require(name.lowercased() == url.host, "two readers see one host: \(url.host)")
            }
        },
        FuzzedParser(name: "endpoint-template", longestInput: 256) { bytes in
            guard let text = text(bytes) else { return }
            let template: EndpointTemplate = "https://{account}/oauth2/access_token"
            guard let address = try? template.url(accountHost: text), let url = try? EndpointURL(address) else {
                return
            }
            let named = try? EndpointURL.readAuthority(text)
            require(url.host == named?.host && url.explicitPort == named?.port, "the account's host is the host")
            require(url.pathAndQuery == "/oauth2/access_token", "an account's host changes no path")
        },
        FuzzedParser(name: "host-rule", longestInput: 256) { bytes in
            guard let text = text(bytes) else { return }
            for provider in ProviderCatalogue.crm {
                let rule = HostRule(provider, trust: TrustSettings())
                if let host = try? rule.accountHost(from: text) {
                    require((try? rule.accountHost(from: host)) == host, "a host is read as it was written")
                }
                guard let approved = try? rule.approve(text) else { continue }
                require(rule.isUnderDomains(approved.url.host), "no secret goes to \(approved.url.host)")
                require(approved.url.isSecure || approved.url.isLoopback, "no secret goes over plain HTTP")
            }
        },
        FuzzedParser(name: "ip-address", longestInput: 64) { bytes in
            guard let text = text(bytes), let address = IPAddress(text) else { return }
            require(IPAddress(address.description) == address, "an address is read as it was written")
            require(!(address.isLoopback && address.isPublic), "loopback is not public")
        },
        FuzzedParser(name: "certificate-name", longestInput: 256) { bytes in
            guard let text = text(bytes), let cut = text.firstIndex(of: "\n") else { return }
            let host = String(text[..<cut])
            let pattern = String(text[text.index(after: cut)...])
            guard CertificateName.matches(host, pattern: pattern), host != pattern.lowercased() else { return }
            require(pattern.hasPrefix("*."), "only a wildcard matches another name")
            let labels = { (name: String) in name.split(separator: ".", omittingEmptySubsequences: false).count }
            require(labels(host) == labels(pattern), "a wildcard stands for one label")
        },
    ]

    /// One attempt for each kind of callback, with a state that corpora can hold.
    private static let attempts: [AuthorizationAttempt] = ProviderCatalogue.crm.map { provider in
        needed {
            try AuthorizationAttempt(
                ClientRegistration(provider: provider, clientID: "client", redirectURI: "https://example.com/cb"),
                accountHost: provider.id == "bitrix24" ? "acme.bitrix24.ru" : nil,
                random: { _ in [UInt8](repeating: 0, count: AuthorizationAttempt.Chance.byteCount) })
        }
    }
}
