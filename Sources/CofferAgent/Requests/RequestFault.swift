// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a request as it was written, before anything was looked up.
struct RequestFault: Error, Equatable {
    /// The status (RFC 9110 §15).
    let status: Int
    /// The code in the answer.
    let code: String
    /// One sentence; nothing of the request is repeated in it, as a secret may have been put in the wrong place.
    let message: String
    /// The methods that there are, with 405 (RFC 9110 §15.5.6).
    var allowed: String?

    /// Something in it is missing, twice there, or not what it should be.
    static func malformed(_ message: String) -> RequestFault {
        RequestFault(status: 400, code: "bad_request", message: message)
    }
}
