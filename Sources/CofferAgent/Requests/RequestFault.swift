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
    /// Whether a ticket is asked for, with 401 (RFC 9110 §15.5.2).
    var wantsTicket = false

    /// There is no ticket, or none that is good: which of the two, and why, is not said.
    static let ticketRefused = RequestFault(
        status: 401, code: "invalid_ticket",
        message: "this takes a ticket in Authorization that is good now; make one with: coffer agent ticket",
        wantsTicket: true)

    /// Something in it is missing, twice there, or not what it should be.
    static func malformed(_ message: String) -> RequestFault {
        RequestFault(status: 400, code: "bad_request", message: message)
    }
}
