// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A token that is handed out, and what standard error should say with it.
package struct TokenHandout: Sendable {
    /// The credential: an immutable snapshot.
    package let credential: Credential
    /// A sentence for a person, where the token is not all that was asked for.
    package let note: String?
}
