// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a server says to a device that asks for its tokens (RFC 8628 §3.5).
package enum DeviceAnswer: Sendable, Equatable {
    /// The person has not decided yet.
    case pending
    /// The same, and the device asks too often.
    case slowDown(retryAfter: Duration?)
    /// The code is over.
    case expired
    /// Anything else.
    case ended(TokenOutcome)
}
