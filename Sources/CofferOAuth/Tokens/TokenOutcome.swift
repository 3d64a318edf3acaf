// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How a token request ended; each way leaves the refresh token in another condition.
package enum TokenOutcome: Sendable, Equatable {
    /// A success that held at least one token. It may lack the access token: save the refresh token, then judge.
    case accepted(IssuedTokens)
    /// Final: the grant is dead and the token is never sent again.
    case refused(Refusal)
    /// Answered, and the token is presumed unspent unless the description says `spendsOnError`.
    case unprocessed(Setback)
    /// It failed before the first byte of the request was written: it may be sent again.
    case notSent(String)
    /// Sent, and no complete answer came: whether the token is spent is not known.
    case indeterminate(String)
    /// A success status with an answer that holds no token (HTML, empty, cut short, too large): whether
    /// the token is spent is not known either, so the intent stays; reported as `nonsense`.
    case senseless(String)
}
