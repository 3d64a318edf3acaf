// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
package import CofferRotation

/// Which secret a driver is to remove, once the one that was added beside it is in force.
package struct RemovalOrder: Sendable {
    /// The app, with the secret that is in force now and stays.
    package let registration: ClientRegistration

    /// The secret that goes.
    package let old: Secret

    /// The rotation, as in the order that added the secret: what it was labelled with stays.
    package let rotation: RotationID

    /// Puts an order together.
    package init(registration: ClientRegistration, old: Secret, rotation: RotationID) {
        self.registration = registration
        self.old = old
        self.rotation = rotation
    }
}
