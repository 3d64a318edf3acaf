// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// Which header fields go through, in each direction.
enum HeaderRules {
    /// Of one connection, and not of what is said on it (RFC 9110 §7.6.1).
    private static let ofConnection: Set<String> = [
        "connection", "keep-alive", "proxy-authenticate", "proxy-authentication-info", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    /// What the proxy says to the API itself, or nobody: who asks and for whom, and how long the body is.
    private static let notForwarded: Set<String> = [
        "authorization", "content-length", "cookie", "cookie2", "dpop", "expect", "host",
        // A judgement of an answer has to read it, packed or not.
        "accept-encoding",
    ]

    /// What an API says to whom it believes to speak to: a session of the account's, other addresses, leave for pages in browsers; and
    /// the proxy's own field.
    private static let notReturned: Set<String> = [
        "alt-svc", "clear-site-data", "dpop-nonce", "set-cookie", "set-cookie2", ProxyAnswer.field.lowercased(),
    ]

    /// What the API gets.
    static func request(_ headers: HTTPHeaders) -> HTTPHeaders {
        var kept = passing(headers) { notForwarded.contains($0) }
        kept.add(name: "Accept-Encoding", value: "identity")
        return kept
    }

    /// What the client gets; `Location` as it is, since nobody follows it here.
    static func response(_ headers: HTTPHeaders) -> HTTPHeaders {
        passing(headers) { notReturned.contains($0) || $0.hasPrefix("access-control-") }
    }

    private static func passing(_ headers: HTTPHeaders, without isOut: (String) -> Bool) -> HTTPHeaders {
        // What `Connection` names is of the connection, too.
        let named = Set(headers[canonicalForm: "Connection"].map { $0.lowercased() })
        var kept = HTTPHeaders()
        for field in headers {
            let name = field.name.lowercased()
            guard !ofConnection.contains(name), !named.contains(name), !isOut(name) else { continue }
            kept.add(name: field.name, value: field.value)
        }
        return kept
    }
}
