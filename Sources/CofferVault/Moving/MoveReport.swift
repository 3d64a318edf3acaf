// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What became of a move.
package struct MoveReport: Sendable, Equatable {
    /// The vault.
    package let vaultID: VaultID
    /// How many entries lie in the new place.
    package let entryCount: Int
    /// Entries that are what they were in the old place and open in neither; none but where something was damaged in the last moment.
    package let unopened: [EntryID]
    /// Whether an earlier call had begun it.
    package let wasBegun: Bool
}
