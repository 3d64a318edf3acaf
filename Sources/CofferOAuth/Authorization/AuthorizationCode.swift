// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A code that came back for an attempt, with all that its exchange needs.
package struct AuthorizationCode: Sendable {
    /// The code, good once and for a short time.
    package let code: Secret

    /// What proves that we are who asked (RFC 7636 §4.5).
    package let verifier: Secret?

    /// What the ID token of the answer must repeat.
    package let nonce: Secret?

    /// What the token request must repeat if the authorization request named it (RFC 6749 §4.1.3).
    package let redirectURI: String?

    /// Whom the tokens are for, by address (RFC 8707 §2.2).
    package let resource: String?

    /// The key that the code, and the tokens for it, are bound to (RFC 9449 §10).
    package var proofKey: SigningKey?

    /// The account's host, checked against the description.
    package let accountHost: String?

    /// The authorization server that has the code, checked against the description; `nil`: the description's own.
    package let server: String?

    /// The client that the code was given to, and that alone may exchange it (RFC 6749 §4.1.3).
    package let clientID: String
}
