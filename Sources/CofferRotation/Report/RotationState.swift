// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where a rotation is, for people and scripts.
package enum RotationState: String, Codable, Sendable {
    /// On its way, or killed on its way: `coffer rotate resume` goes on.
    case running

    /// A person must fetch the new secret, or remove the old one.
    case awaitingOperator = "awaiting_operator"

    /// It stands still since going on would do harm, or nothing more could be done now; resuming asks again.
    case stopped

    /// Over.
    case closed

    /// Given up for another rotation of the same app.
    case abandoned

    /// Whether nothing is left to go on with.
    package var isOver: Bool { self == .closed || self == .abandoned }
}
