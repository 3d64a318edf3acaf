// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
package import CofferRotation

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a driver is asked to replace.
package struct ReplacementOrder: Sendable {
    /// The app, with the secret that is in force in the vault.
    package let registration: ClientRegistration

    /// A pending secret that the provider has refused, so that it is not taken for a new one.
    package let refused: Secret?

    /// Whether an earlier request is in the journal without an answer.
    package let mayHaveBeenSent: Bool

    /// 1, and one more for each new secret of this rotation that the provider refused.
    package let attempt: Int

    /// Secrets that the provider may hold and that nobody needs: the refused one, and what an abandoned rotation left.
    package let unwanted: [Secret]

    /// The rotation, to label a secret with where the provider keeps a name of each.
    package let rotation: RotationID?

    /// Rotations of the app that were given up: a secret that carries the label of one is needed by nobody, though it may be
    /// that of a request whose answer was lost, so that its value is not among the unwanted ones.
    package let abandoned: [RotationID]

    /// When the rotation was opened: what a provider made before then is none of its requests'.
    package let openedAt: Date?

    /// Puts an order together; the refused secret is among the unwanted ones.
    package init(
        registration: ClientRegistration, refused: Secret? = nil, mayHaveBeenSent: Bool, attempt: Int = 1,
        unwanted: [Secret] = [], rotation: RotationID? = nil, abandoned: [RotationID] = [],
        openedAt: Date? = nil
    ) {
        self.registration = registration
        self.refused = refused
        self.mayHaveBeenSent = mayHaveBeenSent
        self.attempt = attempt
        self.unwanted = [refused].compactMap(\.self) + unwanted.filter { $0 != refused }
        self.rotation = rotation
        self.abandoned = abandoned
        self.openedAt = openedAt
    }

    /// Whether a secret is neither the one in force nor one that nobody needs.
    func isNew(_ secret: Secret) -> Bool {
        !secret.isEmpty && secret != registration.clientSecret && !unwanted.contains(secret)
    }
}
