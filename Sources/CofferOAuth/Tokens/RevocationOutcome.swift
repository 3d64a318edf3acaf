// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How a revocation (RFC 7009 §2.2) ended.
package enum RevocationOutcome: Sendable, Equatable {
    /// The token is dead, or never lived: RFC 7009 does not tell these apart.
    case revoked
    /// The client was refused.
    case refused(String)
    /// The provider has no revocation endpoint.
    case unsupported
    /// No answer from which anything follows.
    case unknown(String)
    /// No answer came, or one that says that the server has no time or fails: it may answer later.
    case unanswered(String)
}
