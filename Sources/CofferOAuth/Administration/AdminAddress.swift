// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The address of a vendor's administration API, as the operator gave it: the one place where the credential for it goes.
///
/// Nothing in an answer, a description or a vault can change it.
package struct AdminAddress: Sendable, Equatable {
    private let base: EndpointURL
    let trust: TrustSettings

    /// Reads an address: https, or loopback; no query.
    ///
    /// - Parameters:
    ///   - text: the part that all addresses of the API begin with.
    ///   - trust: whom to believe there beyond the system.
    /// - Throws: `refused_host` or `plain_http`.
    package init(_ text: String, trust: TrustSettings = TrustSettings()) throws(OAuthError) {
        base = try EndpointURL(text)
        self.trust = trust
        guard !base.pathAndQuery.contains("?") else {
            throw OAuthError(.refusedHost, "The address of an administration API has no query.")
        }
        _ = try approve(base)
    }

    /// The host, for sentences.
    package var host: String { base.host }

    /// Where a request goes: something below the address, at the same host and port.
    ///
    /// - Parameter path: begins with `/`; what came from elsewhere in it went through ``segment(_:)``.
    /// - Returns: where to.
    /// - Throws: `refused_host` for what is no address.
    func destination(_ path: String) throws(OAuthError) -> ApprovedDestination {
        let start = base.pathAndQuery.hasSuffix("/") ? String(base.pathAndQuery.dropLast()) : base.pathAndQuery
        let url = try EndpointURL("\(base.scheme)://\(base.authority)\(start)\(path)")
        guard url.scheme == base.scheme, url.authority == base.authority else {
            throw OAuthError(.refusedHost, "An administration API is asked at its own host only.")
        }
        return try approve(url)
    }

    /// The port was written by the operator, and so is one that may be used.
    private func approve(_ url: EndpointURL) throws(OAuthError) -> ApprovedDestination {
        try HostRule.approve(url, explicitPorts: [base.port], trust: trust)
    }

    /// An id as one segment of a path or one value of a query: everything but RFC 3986's unreserved characters is escaped.
    ///
    /// - Throws: `configuration` for what would lead to another place of the API (RFC 3986 §5.2.4), or to none.
    package static func segment(_ text: String) throws(OAuthError) -> String {
        guard !text.isEmpty, text != ".", text != ".." else {
            throw OAuthError(.configuration, "An id that is empty or a dot can't be asked for.")
        }
        return QueryText.escape(text)
    }
}
