// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A final no: the grant, code or token that was presented is dead.
package struct Refusal: Sendable, Equatable {
    /// What the provider said was wrong with it.
    package enum Kind: String, Sendable {
        /// It has expired.
        case expired
        /// It was used before or withdrawn. If no intent of ours explains it, somebody else may have been first.
        case revoked
        /// It is not one of this client's, or not one at all.
        case invalid
        /// The account's owner or administrator does not allow it.
        case denied
        /// A 400 in JSON without a code: a dead token on most servers.
        case unexplained
    }

    /// What the provider said was wrong.
    package var kind: Kind
    /// A sentence; the provider's text in it was stripped and bounded.
    package var message: String

    /// Makes a refusal.
    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The refusal as an error.
    package var error: OAuthError { OAuthError(kind == .denied ? .accessDenied : .needsReauthorization, message) }
}
