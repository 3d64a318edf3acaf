// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An error of the strict server, as RFC 6749 §5.2 writes it.
struct StrictRefusal: Error, Sendable {
    /// The code.
    let code: String
    /// A sentence for developers; holds nothing that was sent.
    let description: String
    /// The status: 400, or 401 for a client or token that is not who it says.
    var status = 400
    /// Further header fields.
    var headers: [(name: String, value: String)] = []

    init(_ code: String, _ description: String, status: Int = 400, headers: [(name: String, value: String)] = []) {
        self.code = code
        self.description = description
        self.status = status
        self.headers = headers
    }

    /// The answer.
    var reply: Reply {
        var reply = Reply.json(["error": code, "error_description": description], status: status)
        reply.headers = headers
        return reply
    }

    /// A request that is malformed.
    static func request(_ description: String) -> StrictRefusal { StrictRefusal("invalid_request", description) }

    /// A code or token that is none, dead, or another client's.
    static func grant(_ description: String) -> StrictRefusal { StrictRefusal("invalid_grant", description) }

    /// A client that is not who it says; one that used Basic is told to (RFC 6749 §5.2).
    static func client(_ description: String, usedBasic: Bool) -> StrictRefusal {
        StrictRefusal(
            "invalid_client", description, status: 401,
            headers: usedBasic ? [("WWW-Authenticate", "Basic realm=\"sandbox\"")] : [])
    }
}
