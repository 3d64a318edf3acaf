// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// What a check of the whole store reads: keys and columns that nothing else needs to see.
package protocol StoreExamining {
    /// Which event the index names as the one that wrote a version of an entry.
    func binding(of entry: EntryID, version: UInt64) throws -> StoredBinding?
    /// How many rows the index of written versions has.
    func bindingCount() throws -> Int
    /// Rows of the index of written versions, the least entry and version first, from the one after a row.
    func bindings(after last: StoredBinding?, limit: Int) throws -> [StoredBinding]
    /// The keys of the rows of all spaces, the least first, from the one after a key; of any length, as stored.
    func entryKeys(after key: [UInt8], limit: Int) throws -> [[UInt8]]
    /// The rotations that have a row in a journal, in whatever space, as stored.
    func journalKeys() throws -> [[UInt8]]
    /// How many rows lie among the wishes that can be none, and are never given out as one.
    func unreadableWishCount() throws -> Int
}

/// A row of the index of written versions.
package struct StoredBinding: Sendable, Hashable {
    /// The entry, or the rotation whose journal was written.
    package let entryID: EntryID
    /// The version.
    package let version: UInt64
    /// Whose event wrote it.
    package let signer: SigningPublicKey
    /// The event's number.
    package let sequence: UInt64

    /// Makes one from its stored parts.
    package init(entryID: EntryID, version: UInt64, signer: SigningPublicKey, sequence: UInt64) {
        self.entryID = entryID
        self.version = version
        self.signer = signer
        self.sequence = sequence
    }
}
