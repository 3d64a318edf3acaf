// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import NIOHTTP1

/// What a request must be to be passed on: pure, and asked before a byte of its body is read.
///
/// What servers are known to read differently from one another is refused, not mended (RFC 9112 §11.2).
struct RequestRules: Sendable {
    /// How clients come in.
    enum Door: Sendable {
        /// By a Unix socket, where the system says whose process it is.
        case socket
        /// By TCP, where anybody of this machine comes in, and any page in a browser: with the one address that is ours, as it
        /// stands in `Host`, and the bearer that the client must show.
        case loopback(authority: String, bearer: Secret)
    }

    /// A request that may pass.
    struct Permit: Sendable, Equatable {
        /// The path, normalised, and the query as it came.
        let target: String
        /// What the API gets of the header.
        let headers: HTTPHeaders
        /// How the body comes.
        let framing: Framing
        /// Whether the client waits for a word before it sends the body (RFC 9110 §10.1.1).
        let awaitsWord: Bool
    }

    /// How the end of a body is known (RFC 9112 §6.3).
    enum Framing: Sendable, Equatable {
        /// There is none.
        case none
        /// By its length.
        case length(Int)
        /// By its last chunk.
        case chunked
    }

    /// The longest body: 1 GiB.
    static let largestBody = 1 << 30

    let door: Door

    /// Judges a request by its header.
    ///
    /// - Throws: ``Refusal``.
    func permit(_ head: HTTPRequestHead) throws(Refusal) -> Permit {
        guard head.version == .http1_1 else {
            throw Refusal(505, "unsupported_version", "the proxy speaks HTTP/1.1")
        }
        // CONNECT leads elsewhere, and TRACE sends the token back (RFC 9110 §9.3.8).
        guard ![.CONNECT, .TRACE].contains(head.method) else {
            throw Refusal(405, "method_not_allowed", "CONNECT and TRACE are not passed on")
        }
        guard head.uri.hasPrefix("/") else {
            throw Refusal(400, "not_a_path", "the target is a path that begins with '/': the host is the account's")
        }
        try checkHost(head.headers["Host"])
        try Self.checkOrigin(head.headers)
        try checkBearer(head.headers["Authorization"])
        guard !head.headers.contains(name: "Upgrade"), !head.headers.contains(name: "TE") else {
            throw Refusal(501, "unsupported", "neither Upgrade nor TE is passed on, and so no WebSocket")
        }
        let target = try TargetPath.normalised(head.uri)
        return Permit(
            target: target, headers: HeaderRules.request(head.headers), framing: try Self.framing(head.headers),
            awaitsWord: try Self.expectation(head.headers["Expect"]))
    }

    /// Exactly one, and on TCP ours: a page whose name leads here (DNS rebinding) says its own name.
    private func checkHost(_ hosts: [String]) throws(Refusal) {
        guard hosts.count == 1, let host = hosts.first else { throw .malformed("there is not exactly one field Host") }
        guard case .loopback(let authority, _) = door else { return }
        guard host == authority else {
            throw Refusal(421, "wrong_host", "Host is not the proxy's own address")
        }
    }

    /// No browser's request is passed on, wherever its page is from: what begins with `Sec-` only browsers set.
    private static func checkOrigin(_ headers: HTTPHeaders) throws(Refusal) {
        let isBrowsers = headers.contains { field in
            let name = field.name.lowercased()
            return name == "origin" || name.hasPrefix("sec-") || name.hasPrefix("access-control-request-")
        }
        guard !isBrowsers else { throw Refusal(403, "browser", "requests of browsers are not passed on") }
    }

    private func checkBearer(_ fields: [String]) throws(Refusal) {
        guard case .loopback(_, let bearer) = door else { return }
        let refusal = Refusal(401, "wrong_bearer", "Authorization does not hold the proxy's own bearer")
        guard fields.count == 1, let field = fields.first else { throw refusal }
        let sides = field.split(separator: " ", maxSplits: 1)
        guard sides.count == 2, sides[0].lowercased() == "bearer", Secret(String(sides[1])) == bearer else {
            throw refusal
        }
    }

    /// One statement of the length, or one of chunks.
    private static func framing(_ headers: HTTPHeaders) throws(Refusal) -> Framing {
        let (lengths, codings) = (headers["Content-Length"], headers["Transfer-Encoding"])
        guard lengths.count + codings.count <= 1 else {
            throw .malformed("the length of the body is stated more than once")
        }
        if let coding = codings.first {
            guard coding.lowercased() == "chunked" else {
                throw .malformed("of Transfer-Encoding nothing but chunked is known")
            }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(text)
        else { throw .malformed("Content-Length is not a number") }
        guard length <= largestBody else { throw tooLarge }
        return .length(length)
    }

    /// What a body ends with that is longer than any may be.
    static let tooLarge = Refusal(413, "too_large", "the body has more than 1 GiB")

    private static func expectation(_ fields: [String]) throws(Refusal) -> Bool {
        guard let field = fields.first else { return false }
        guard fields.count == 1, field.lowercased() == "100-continue" else {
            throw Refusal(417, "expectation_failed", "of Expect nothing but 100-continue is known")
        }
        return true
    }
}
