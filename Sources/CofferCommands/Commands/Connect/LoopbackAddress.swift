// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Whether a redirect URI leads to this machine (RFC 8252 §7.3).
enum LoopbackAddress {
    /// The hosts that are this machine in a redirect URI.
    private static let hosts = ["127.0.0.1", "[::1]", "localhost"]

    /// Whether a URI is plain HTTP to loopback.
    static func isNamed(in uri: String) -> Bool {
        guard uri.lowercased().hasPrefix("http://") else { return false }
        let authority = uri.dropFirst("http://".count).prefix { !"/?#".contains($0) }.lowercased()
        return hosts.contains { authority == $0 || authority.hasPrefix($0 + ":") }
    }
}
