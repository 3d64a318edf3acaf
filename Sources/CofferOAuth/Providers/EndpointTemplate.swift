// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// An endpoint's URL, in which `{account}` stands for the account's host (and port, in the sandbox).
///
/// It is only text: what comes out of it goes through ``HostRule`` before anything is sent there.
package struct EndpointTemplate: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// What stands for the account's host.
    package static let accountPlaceholder = "{account}"

    /// The URL with its placeholder.
    package let text: String

    /// Takes a URL with or without a placeholder.
    package init(_ text: String) { self.text = text }

    /// Takes a URL with or without a placeholder.
    package init(stringLiteral value: String) { text = value }

    /// The URL with its placeholder.
    package var description: String { text }

    /// Whether the URL depends on the account.
    package var needsAccountHost: Bool { text.contains(Self.accountPlaceholder) }

    /// The URL for an account.
    ///
    /// - Parameter accountHost: as ``HostRule/accountHost(from:)`` returned it.
    /// - Returns: the URL, not yet approved.
    /// - Throws: `configuration` if the URL depends on the account and there is none, `refused_host` if it is no host.
    package func url(accountHost: String?) throws(OAuthError) -> String {
        guard needsAccountHost else { return text }
        guard let accountHost else {
            let message = "This provider's address depends on the account, and the account's host is not known."
            throw OAuthError(.configuration, message)
        }
        // Nothing but host and port, whoever wrote it: a path in it would lead elsewhere.
        _ = try EndpointURL.readAuthority(accountHost)
        return text.split(separator: Self.accountPlaceholder, omittingEmptySubsequences: false)
            .joined(separator: accountHost)
    }

    /// The same path at the authorization server of a grant, where it has one of its own; an address on the account's host stays.
    ///
    /// - Parameter server: as ``HostRule/server(from:)`` returned it.
    /// - Returns: the address, not yet approved.
    func at(server: String?) -> EndpointTemplate {
        guard let server, !needsAccountHost, let start = text.firstRange(of: "://")?.upperBound else { return self }
        return EndpointTemplate("\(text[..<start])\(server)\(text[start...].drop { $0 != "/" })")
    }
}

// MARK: - Codable

extension EndpointTemplate: Codable {
    /// Reads the URL from a single string.
    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the URL as a single string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
