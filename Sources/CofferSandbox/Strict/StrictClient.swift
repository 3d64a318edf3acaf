// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What the strict server knows of a client beside its id and secret.
struct StrictClient: Sendable {
    /// The one way it authenticates, of RFC 7591 §2's names; `nil` for Basic and post alike.
    var method: String?
    /// Compared exactly, but for the port of a loopback address (RFC 8252 §7.3).
    var redirectURIs: [String]
    /// The keys it signs assertions with.
    var keys: [PublicKey] = []
    /// The grants that it registered for (RFC 7591 §2); `nil` for all.
    var grantTypes: Set<String>?
    /// The token that its registration is managed with (RFC 7592).
    var registrationToken: String?
    /// Its metadata as registered, JSON.
    var metadata = Data()
    /// Whether its access tokens are always bound to a key (RFC 9449 §5.2).
    var mustProveKey = false

    /// Whether it has no way to authenticate.
    var isPublic: Bool { method == "none" }

    /// Whether a browser may be sent back to an address.
    func accepts(_ address: String) -> Bool {
        redirectURIs.contains(address) || redirectURIs.contains { Self.isSameLoopback($0, address) }
    }

    private static func isSameLoopback(_ registered: String, _ asked: String) -> Bool {
        guard let one = URLComponents(string: registered), let other = URLComponents(string: asked),
            one.scheme == "http", other.scheme == "http", one.host == other.host, one.query == other.query,
            ["127.0.0.1", "[::1]", "::1"].contains(one.host)
        else { return false }
        // The default client is a native app of nobody's: any path will do.
        return one.path == other.path || one.path == "/*"
    }
}
