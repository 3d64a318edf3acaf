// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What an answer of the token endpoint told the client.
package enum TokenOutcomeTold: String, Sendable, Encodable {
    /// Tokens, and whole.
    case accepted
    /// That code or refresh token is no good, from a server that knew the client.
    case refused
    /// That nothing was decided: too many requests, a failure, a wrong client.
    case undecided
    /// Nothing that can be relied on.
    case unknown
}
