// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What `coffer migrate` will do.
package struct MigrationPlan: Sendable, Equatable {
    /// The vault's id.
    package let vault: String
    /// Where it is.
    package let from: String
    /// Where it will be.
    package let to: String
    /// How many entries it has.
    package let entryCount: Int
    /// Whether the old place is marked already, and the move is only gone on with.
    package let isMarked: Bool
}
