// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where a rotation is, for people and scripts.
package enum RotationState: String, Codable, Sendable {
    /// On its way, or killed on its way: `coffer rotate resume` goes on.
    case running

    /// A person must fetch the new secret.
    case awaitingOperator = "awaiting_operator"

    /// It stands still since going on would do harm; resuming asks again.
    case stopped

    /// Over.
    case closed
}
