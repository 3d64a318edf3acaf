// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What an event says of an entry that its signer may write.
package struct ListedWrite: Sendable {
    /// The entry.
    package let entryID: EntryID
    /// Its path, as the event's body has it.
    package let path: String
    /// Whether it was removed.
    package let isRemoval: Bool
    /// The fingerprints of the values that were stored in it.
    package let kept: [StoredFingerprint]
}
