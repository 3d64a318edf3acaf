// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// An absolute http or https URL, read strictly: what is unusual in a URL that a secret goes to is refused.
///
/// A parser of our own, so that no second reading exists: no user info, no fragment, no backslash,
/// no escapes or letters beyond ASCII in the host, no numeric host that is not a plain address.
package struct EndpointURL: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`.
    package let scheme: String
    /// The host in lower case; an IPv6 address without its brackets.
    package let host: String
    /// The port as written; `nil` for the scheme's own.
    package let explicitPort: Int?
    /// Path and query, beginning with `/`.
    package let pathAndQuery: String

    /// Reads a URL.
    ///
    /// - Throws: `refused_host` if it is not an absolute http or https URL of the plain form.
    package init(_ text: String) throws(OAuthError) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("\\"),
            !text.contains("#"), let separator = text.firstRange(of: "://")
        else { throw Self.notAURL }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { throw Self.notAURL }
        let rest = text[separator.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let (host, port) = try Self.readAuthority(rest[..<end])
        let tail = rest[end...]
        self.scheme = scheme
        self.host = host
        explicitPort = port
        pathAndQuery = tail.hasPrefix("/") ? String(tail) : "/" + tail
    }

    /// Whether TLS is used.
    package var isSecure: Bool { scheme == "https" }

    /// The port, the scheme's own if none was written.
    package var port: Int { explicitPort ?? (isSecure ? 443 : 80) }

    /// The host as it stands in a URL, with its port if one was written.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return explicitPort.map { "\(name):\($0)" } ?? name
    }

    /// The path without the query.
    package var path: String { String(pathAndQuery.prefix { $0 != "?" }) }

    /// The whole URL.
    package var description: String { "\(scheme)://\(authority)\(pathAndQuery)" }

    /// Whether the host can only be this machine: `localhost`, a name under it (RFC 6761 §6.3), or a loopback address.
    package var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || IPAddress(host)?.isLoopback == true
    }

    /// Reads `host[:port]`.
    ///
    /// - Throws: `refused_host` if it has user info, or is neither a host name nor an address.
    package static func readAuthority(_ text: some StringProtocol) throws(OAuthError) -> (host: String, port: Int?) {
        guard !text.contains("@") else {
            throw OAuthError(.refusedHost, "A URL that holds a user name is not used.")
        }
        var name = text.lowercased()
        var port: Int?
        let portStart =
            name.hasPrefix("[") ? name.firstIndex(of: "]").map { name.index(after: $0) } : name.firstIndex(of: ":")
        if let portStart, portStart < name.endIndex {
            let digits = name[portStart...].dropFirst()
            guard name[portStart] == ":", digits.allSatisfy(\.isASCIIDigit), let number = Int(digits),
                (1...65535).contains(number)
            else { throw notAURL }
            port = number
            name = String(name[..<portStart])
        }
        if name.hasPrefix("["), name.hasSuffix("]") {
            name = String(name.dropFirst().dropLast())
            guard name.contains(":"), IPAddress(name) != nil else { throw notAURL }
            return (name, port)
        }
        guard isHostName(name) else { throw notAURL }
        return (name, port)
    }

    /// Labels of letters, digits and hyphens (RFC 1123 §2.1); a last label that begins with a digit
    /// is an address or nothing, as resolvers read `0x7f.1` and `2130706433` as addresses.
    private static func isHostName(_ name: String) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, let last = labels.last else { return false }
        let wellFormed = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { $0 == 0x2D || $0 == 0x5F || isLetterOrDigit($0) }
        }
        return wellFormed && (last.first?.isASCIIDigit != true || IPAddress(name) != nil)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// Says nothing of the text: it may be a callback's.
    private static let notAURL = OAuthError(.refusedHost, "That is not a plain http or https URL.")
}

extension Character {
    /// Whether this is one of `0` to `9`.
    var isASCIIDigit: Bool { isASCII && isNumber }
}
