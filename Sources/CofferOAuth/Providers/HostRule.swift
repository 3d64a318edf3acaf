// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Decides where a secret may go.
///
/// Hosts are input: they come from discovery, callbacks, answers and description files. A URL is
/// approved if it is https, its host is under one of the description's domains (on a label boundary),
/// and its port is the scheme's own or one that the description names. Plain HTTP is approved to
/// loopback only, and only if the description itself names it, as those of the sandbox and of a
/// loopback issuer do. What the name resolves to is judged by the transport, by the rule that the
/// approval carries.
package struct HostRule: Sendable {
    private let provider: ProviderDescription
    private let trust: TrustSettings

    /// Takes a provider's description and what the app trusts beyond it.
    package init(_ provider: ProviderDescription, trust: TrustSettings) {
        self.provider = provider
        self.trust = trust
    }

    /// Approves a URL that a secret is about to be sent to.
    ///
    /// - Throws: `refused_host` or `plain_http`.
    package func approve(_ text: String) throws(OAuthError) -> ApprovedDestination {
        try approve(EndpointURL(text), under: provider.domains)
    }

    /// Approves an endpoint of the description.
    ///
    /// - Throws: `refused_host`, `plain_http`, or `configuration` without the account's host.
    package func approve(_ endpoint: EndpointTemplate, accountHost: String?) throws(OAuthError) -> ApprovedDestination {
        try approve(endpoint.url(accountHost: accountHost))
    }

    /// Approves an address of an API that an access token, and no other secret, is about to be sent to: one on the hosts
    /// of secrets, of accounts or of the API.
    ///
    /// - Throws: `refused_host`, `plain_http`, or `configuration` without the account's host.
    package func approveAPI(
        _ endpoint: EndpointTemplate, accountHost: String?
    ) throws(OAuthError) -> ApprovedDestination {
        try approve(
            EndpointURL(endpoint.url(accountHost: accountHost)),
            under: provider.domains + accountDomains + (provider.apiDomains ?? []))
    }

    /// Checks a host that came from outside, and brings it into one form: `host` or `host:port`.
    ///
    /// - Parameter text: a host, a URL, or a bare subdomain; amoCRM's `referer` has been seen as all three.
    /// - Returns: `host` or `host:port`.
    /// - Throws: `refused_host` if the description does not allow it.
    package func accountHost(from text: String) throws(OAuthError) -> String {
        guard provider.accountHosts != .none else {
            throw OAuthError(.refusedHost, "\(provider.displayName) has no hosts of accounts.")
        }
        var authority = text
        if text.contains("://") {
            authority = try EndpointURL(text).authority
        } else if let slash = text.firstIndex(of: "/") {
            authority = String(text[..<slash])
        }
        var (host, port) = try EndpointURL.readAuthority(authority)
        if !host.contains("."), !host.contains(":"), host != "localhost", provider.accountHosts == .underDomains,
            let domain = accountDomains.first
        {
            host = "\(host).\(domain)"
            port = port ?? explicitPorts.first
        }
        let name = host.contains(":") ? "[\(host)]" : host
        let checked = try EndpointURL("https://" + name + (port.map { ":\($0)" } ?? ""))
        switch provider.accountHosts {
        case .none, .underDomains: _ = try approve(checked, under: accountDomains)
        case .any: try refuseNonPublic(checked)
        }
        return checked.authority
    }

    /// Checks an authorization server that a callback, an answer or an event names, and brings it into one form.
    ///
    /// - Parameter text: a host or a URL, as `oauth.bitrix.info` or `https://oauth.bitrix.info/rest/`.
    /// - Returns: `host` or `host:port`, to which the description lets secrets be sent.
    /// - Throws: `refused_host`, `plain_http`.
    package func server(from text: String) throws(OAuthError) -> String {
        let address = text.contains("://") ? text : "https://\(text.prefix { $0 != "/" })/"
        return try approve(EndpointURL(address), under: provider.domains).url.authority
    }

    /// Whether a host is one of the domains or under one.
    package func isUnderDomains(_ host: String) -> Bool { Self.isUnder(provider.domains, host) }

    private var accountDomains: [String] { provider.accountDomains ?? provider.domains }

    private static func isUnder(_ domains: [String], _ host: String) -> Bool {
        domains.contains { domain in
            // An address has no labels: `5.10.0.0.1` is not under `10.0.0.1`.
            host == domain || (IPAddress(domain) == nil && host.hasSuffix("." + domain))
        }
    }

    private func approve(_ url: EndpointURL, under domains: [String]) throws(OAuthError) -> ApprovedDestination {
        guard Self.isUnder(domains, url.host) else {
            throw OAuthError(.refusedHost, "The description of \(provider.id) does not allow the host \(url.host).")
        }
        return try Self.approve(url, explicitPorts: explicitPorts, trust: trust)
    }

    /// Judges scheme, port and kind of host.
    static func approve(
        _ url: EndpointURL, explicitPorts: [Int], trust: TrustSettings
    ) throws(OAuthError) -> ApprovedDestination {
        guard url.isSecure || url.isLoopback else {
            throw OAuthError(.plainHTTP, "Plain HTTP is used with loopback only, not with \(url.host).")
        }
        if url.isLoopback { return ApprovedDestination(url: url, addresses: .loopbackOnly) }
        if let port = url.explicitPort, port != 443, !explicitPorts.contains(port) {
            throw OAuthError(.refusedHost, "The description does not name port \(port) of \(url.host).")
        }
        if let address = IPAddress(url.host), !trust.allowsPrivateNetwork, !address.isPublic {
            throw OAuthError(
                .refusedHost, "\(url.host) is a private address; an app added with --private-network may use it.")
        }
        return ApprovedDestination(url: url, addresses: trust.allowsPrivateNetwork ? .any : .publicOnly)
    }

    /// The ports that the description writes out.
    private var explicitPorts: [Int] {
        provider.endpoints.all.compactMap { template in
            let text = template.needsAccountHost ? nil : template.text
            return text.flatMap { try? EndpointURL($0).explicitPort }
        }
    }

    /// A host to which only the person's browser goes; still none of our own network's.
    private func refuseNonPublic(_ url: EndpointURL) throws(OAuthError) {
        if url.isLoopback, isUnderDomains(url.host) { return }
        let isPrivate = url.isLoopback || IPAddress(url.host).map { !$0.isPublic } ?? false
        guard !isPrivate || trust.allowsPrivateNetwork else {
            throw OAuthError(.refusedHost, "\(url.host) is not a public host.")
        }
    }
}
