// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where git, or another tool that names a URL, wants to go: a protocol, a host, and perhaps a path (git-credential(1),
/// "INPUT/OUTPUT FORMAT").
package struct GitPlace: Sendable, Equatable {
    /// `https`, or `http` to this machine.
    package let scheme: String
    /// In small letters, with a port where it is not the protocol's own.
    package let host: String
    /// The segments of the path; empty for the whole host.
    package let segments: [String]

    /// What git asks for; nil for what no binding can name: another protocol, or no host.
    ///
    /// - Parameters:
    ///   - scheme: git's `protocol`.
    ///   - host: git's `host`, with the port if the URL has one.
    ///   - path: git's `path`; absent unless `credential.useHttpPath` is set.
    package init?(scheme: String, host: String, path: String?) {
        // Swift takes some letters beyond ASCII for the same as one within, as the Kelvin sign for a k.
        guard host.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let scheme = scheme.lowercased()
        let port = ["https": ":443", "http": ":80"][scheme]
        var host = host.lowercased()
        guard let port, !host.isEmpty else { return nil }
        if host.hasSuffix(port) { host.removeLast(port.count) }
        self.scheme = scheme
        self.host = host
        segments = (path ?? "").split(separator: "/").map(String.init)
    }

    /// Reads what a binding matches, as `https://git.example.com/team`.
    ///
    /// - Parameters:
    ///   - text: a URL without user, query or fragment; plain HTTP to this machine only.
    ///   - tool: who asks, for the sentence that says what is wrong.
    /// - Throws: ``ToolFailure`` `invalid`.
    package init(match text: String, for tool: String = "git") throws(ToolFailure) {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        let refusal = ToolFailure(.invalid, "what \(tool) asks for is named as https://HOST or https://HOST/PATH")
        guard parts.count >= 3, parts[1].isEmpty, Self.isHost(parts[2]),
            let place = Self(scheme: String(parts[0].dropLast()), host: parts[2], path: parts.dropFirst(3).first),
            parts[0].last == ":", place.isPlain, place.segments.allSatisfy(Self.isSegment)
        else { throw refusal }
        guard place.scheme == "https" || place.isLoopback else {
            throw ToolFailure(.invalid, "over plain HTTP everybody on the way would read it; name an https address")
        }
        self = place
    }

    /// Reads where a URL leads, whatever its path and its query are.
    ///
    /// - Parameters:
    ///   - text: a URL without a user; plain HTTP to this machine only.
    ///   - tool: who asks.
    /// - Throws: ``ToolFailure`` `invalid`, also for a path that a server may take for another.
    package init(request text: String, for tool: String) throws(ToolFailure) {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !#""<>\^`"#.utf8.contains($0) }
        let end = text.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? text.endIndex
        let parts = text[..<end].split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard isPlain, parts.count >= 3 else {
            throw ToolFailure(.invalid, "\(tool) asks for something that is no URL")
        }
        let path = parts.dropFirst(3).first
        let hidden = ["%2e", "%2f", "%5c"].contains { path?.lowercased().contains($0) == true }
        let host = try Self(match: parts[0...2].joined(separator: "/"), for: tool)
        guard !hidden, let place = Self(scheme: host.scheme, host: host.host, path: path), place.isPlain else {
            throw ToolFailure(.invalid, "the path has dots or slashes in it that a server may take for another path")
        }
        self = place
    }

    /// Reads the name of a host alone.
    ///
    /// - Throws: ``ToolFailure`` `invalid`.
    package init(onlyHost name: String) throws(ToolFailure) {
        guard let place = try? Self(match: "https://" + name), place.segments.isEmpty,
            Self.name(of: place.host) == place.host,
            !name.contains("/"), !name.contains(":")
        else { throw ToolFailure(.invalid, "a host is named here, without a port and a path") }
        self = place
    }

    /// The host without its port.
    package var hostName: String { Self.name(of: host) ?? host }

    /// The text that names it again.
    package var text: String { ([scheme + "://" + host] + segments).joined(separator: "/") }

    /// Whether a binding of this place is for a request: the same protocol and host, and a path that lies in ours, by whole
    /// segments.
    package func covers(_ request: GitPlace) -> Bool {
        scheme == request.scheme && host == request.host && request.isPlain
            && (segments.isEmpty || request.isComparable && request.segments.starts(with: segments))
    }

    /// Whether no segment leads elsewhere once a server makes sense of it.
    private var isPlain: Bool { !segments.contains { $0 == "." || $0 == ".." } }

    /// Whether segments can be compared: none is equal to another by Unicode alone, and none is two for a server.
    private var isComparable: Bool {
        segments.allSatisfy { $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") } }
    }

    /// Whether it is this machine.
    package var isLoopback: Bool {
        let name = Self.name(of: host) ?? ""
        let numbers = name.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return name == "localhost" || name.hasSuffix(".localhost") || name == "[::1]"
            || numbers.count == 4 && !numbers.contains(nil) && numbers[0] == 127
    }

    /// A name, or an address that has brackets if it is one of IPv6, with perhaps a port; nothing that could hold a user.
    private static func isHost(_ text: String) -> Bool {
        guard text.utf8.count <= 261, let name = name(of: text) else { return false }
        let isAddress = name.hasPrefix("[") && name.hasSuffix("]")
        let inside = isAddress ? name.dropFirst().dropLast() : Substring(name)
        return !inside.isEmpty
            && inside.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
                    true
                default: (isAddress ? ":" : "-_").utf8.contains(byte)
                }
            }
    }

    /// What stands before the port; nil if what stands there is none.
    private static func name(of host: String) -> String? {
        let end =
            host.hasPrefix("[") ? host.firstIndex(of: "]").map { host.index(after: $0) } : host.firstIndex(of: ":")
        guard let end, end < host.endIndex else { return host }
        let port = host[end...].dropFirst()
        // As it is written again: a client of URLs takes 0443 for 443.
        return host[end] == ":" && UInt16(port).map { "\($0)" == port } == true ? String(host[..<end]) : nil
    }

    private static func isSegment(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"?#%\\\"".utf8.contains($0) }
    }
}
