// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferRotation

/// What a program is asked to replace of a static secret.
package struct ValueOrder: Sendable {
    /// The value that is in force in the vault.
    package let value: Secret

    /// Values that may be in force where they come from and that nobody needs: refused ones, and what abandoned rotations left.
    package let unwanted: [Secret]

    /// Whether an earlier request is in the journal without an answer.
    package let mayHaveBeenSent: Bool

    /// 1, and one more for each new value of this rotation that was refused.
    package let attempt: Int

    /// The rotation, to label a value with where there is a name of each.
    package let rotation: RotationID

    /// Puts an order together.
    package init(
        value: Secret, unwanted: [Secret] = [], mayHaveBeenSent: Bool = false, attempt: Int = 1, rotation: RotationID
    ) {
        self.value = value
        self.unwanted = unwanted
        self.mayHaveBeenSent = mayHaveBeenSent
        self.attempt = attempt
        self.rotation = rotation
    }

    /// Whether a value is neither the one in force nor one that nobody needs; what was stored from a file may end a line.
    func isNew(_ candidate: Secret) -> Bool {
        let bare = candidate.withoutLineEnd
        return !bare.isEmpty && !([value] + unwanted).contains { $0.withoutLineEnd == bare }
    }
}
