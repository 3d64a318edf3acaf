// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How an introspection (RFC 7662 §2.2) ended.
package enum IntrospectionOutcome: Sendable, Equatable {
    /// Whether the token is active, and whose it is. Some servers say `false` to every refresh token.
    case active(Bool, subject: String?)
    /// The client was refused.
    case refused(String)
    /// No endpoint, or no answer from which anything follows.
    case unknown(String)
    /// No answer came, or one that says that the server has no time or fails: it may answer later.
    case unanswered(String)
}
