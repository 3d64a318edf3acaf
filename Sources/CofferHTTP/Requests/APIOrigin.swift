// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Scheme, host and port (RFC 6454 §4), read strictly: what is unusual in an address that a token goes to is refused.
///
/// https, or http to this machine. No user name, no escapes or letters beyond ASCII, so that nobody reads another host
/// out of the text than this does.
struct APIOrigin: Sendable, Hashable, CustomStringConvertible {
    let scheme: String
    /// In lower case; an IPv6 address with its brackets.
    let host: String
    let port: Int

    /// Reads an origin, with nothing after it but one slash; nil if it is none.
    init?(_ text: String) {
        guard let (origin, rest) = Self.split(text), rest.isEmpty || rest == "/" else { return nil }
        self = origin
    }

    private init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Parts an absolute URL into its origin and what comes after; nil if no token may go there.
    static func split(_ url: String) -> (origin: APIOrigin, rest: String)? {
        guard isPlain(url), let separator = url.firstRange(of: "://") else { return nil }
        let scheme = url[..<separator.lowerBound].lowercased()
        let rest = url[separator.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        var host = rest[..<end].lowercased()
        var port = scheme == "https" ? 443 : 80
        let portStart =
            host.hasPrefix("[") ? host.firstIndex(of: "]").map { host.index(after: $0) } : host.firstIndex(of: ":")
        if let portStart, portStart < host.endIndex {
            let digits = host[portStart...].dropFirst().utf8
            guard host[portStart] == ":", digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(String(host[portStart...].dropFirst())), (1...65535).contains(number)
            else { return nil }
            port = number
            host = String(host[..<portStart])
        }
        guard isHost(host), scheme == "https" || (scheme == "http" && isThisMachine(host)) else { return nil }
        return (APIOrigin(scheme: scheme, host: host, port: port), String(rest[end...]))
    }

    /// Visible ASCII without what one reader takes for a slash and another does not, and without a fragment.
    static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 8192
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "#") }
    }

    private static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            return host.hasSuffix("]") && host.utf8.count > 3
                && host.utf8.dropFirst().dropLast().allSatisfy { isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }
        }
        // Labels (RFC 1123 §2.1), and the underscore that some vendors use.
        return host.utf8.count <= 253
            && host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.count)
                    && label.allSatisfy {
                        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F
                    }
            }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// Names that can only be this machine (RFC 6761 §6.3), and its addresses.
    private static func isThisMachine(_ host: String) -> Bool {
        isLocalName(host) || host == "127.0.0.1" || host == "[::1]"
    }

    private static func isLocalName(_ host: String) -> Bool { host == "localhost" || host.hasSuffix(".localhost") }

    /// Whether what goes there can be read on its way.
    var isPlain: Bool { scheme == "http" }

    /// The beginning of the URL that is connected to.
    ///
    /// A local name without TLS becomes this machine's address: nobody else's resolver is asked where a token goes in clear
    /// (RFC 6761 §6.3). With TLS the name proves itself.
    var connected: String {
        isPlain && Self.isLocalName(host) ? "\(scheme)://127.0.0.1:\(port)" : description
    }

    /// Host and port as they stand in a URL and in the field `Host` (RFC 9110 §7.2).
    var authority: String { port == (isPlain ? 80 : 443) ? host : "\(host):\(port)" }

    /// The origin as it begins a URL.
    var description: String { "\(scheme)://\(authority)" }
}
