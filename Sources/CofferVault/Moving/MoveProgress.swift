// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How far a move is.
package struct MoveProgress: Sendable, Equatable {
    /// What is done.
    package enum Stage: Sendable {
        /// Entries are copied, while others read and write the vault.
        case copying
        /// Everything is there but what others do at this moment: it is waited until no refresh is under way.
        case waiting
        /// Nobody uses the vault any more: what changed last is copied, and all is compared.
        case comparing
    }

    /// What is done.
    package let stage: Stage
    /// Entries that were looked at.
    package let count: Int
    /// Entries there are.
    package let total: Int
}
