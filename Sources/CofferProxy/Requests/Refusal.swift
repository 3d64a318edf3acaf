// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why the proxy does not pass a request on: for programs a status and a code, for people a sentence.
///
/// Nothing of the request stands in it: what came may be an attacker's.
struct Refusal: Error, Equatable {
    /// The status of the answer.
    let status: Int
    /// What went wrong, in lower case joined with `_`.
    let code: String
    /// One sentence without a full stop.
    let message: String

    /// Describes one.
    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// What is no HTTP, or not such as one reader and another must read alike.
    static func malformed(_ message: String) -> Refusal { Refusal(400, "malformed", message) }
}
