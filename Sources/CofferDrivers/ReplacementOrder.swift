// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth

/// What a driver is asked to replace.
package struct ReplacementOrder: Sendable {
    /// The app, with the secret that is in force in the vault.
    package let registration: ClientRegistration

    /// A pending secret that the provider has refused, so that it is not taken for a new one.
    package let refused: Secret?

    /// Whether an earlier request is in the journal without an answer.
    package let mayHaveBeenSent: Bool

    /// Puts an order together.
    package init(registration: ClientRegistration, refused: Secret? = nil, mayHaveBeenSent: Bool) {
        self.registration = registration
        self.refused = refused
        self.mayHaveBeenSent = mayHaveBeenSent
    }

    /// Whether a secret is neither the one in force nor the one that was refused.
    func isNew(_ secret: Secret) -> Bool {
        !secret.isEmpty && secret != registration.clientSecret && secret != refused
    }
}
