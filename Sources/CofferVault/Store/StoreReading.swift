// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// What can be read in one transaction.
///
/// Rows come as stored: nothing is verified or opened here.
package protocol StoreReading {
    /// The vault's id as the store has it, for messages; the pin decides.
    func vaultID() throws -> VaultID
    /// The highest epoch of a manifest; 0 if there is none.
    func newestEpoch() throws -> UInt64
    /// The encoded signed manifests from an epoch on, in order.
    func manifests(from epoch: UInt64) throws -> [[UInt8]]
    /// The row of a lookup hash.
    func row(space: SpaceID, lookup: Digest) throws -> EntryRow?
    /// The row of an entry.
    func row(id: EntryID) throws -> EntryRow?
    /// All rows of a space, in no order.
    func rows(space: SpaceID) throws -> [EntryRow]
    /// Rows of a space due by an instant (milliseconds since 1970), earliest first.
    func rows(space: SpaceID, dueBy instant: Int64, limit: Int) throws -> [EntryRow]
    /// The newest event of one chain.
    func head(of signer: SigningPublicKey) throws -> AuditHead?
    /// The newest event of every chain.
    func heads() throws -> [AuditHead]
    /// The encoded events of a chain, in order.
    func events(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [[UInt8]]
    /// The encoded event that wrote the newest version of an entry.
    func newestWrite(of id: EntryID) throws -> [UInt8]?
    /// The fingerprint with a tag.
    func fingerprint(space: SpaceID, tag: Digest) throws -> StoredFingerprint?
    /// The journal of a rotation, in order.
    func journal(of id: EntryID) throws -> [JournalRow]
    /// The rotations that have a journal, oldest first.
    func journals(space: SpaceID) throws -> [EntryID]
}

/// What can be written in one transaction.
package protocol StoreWriting: StoreReading {
    /// Adds a manifest.
    func insertManifest(_ bytes: [UInt8], epoch: UInt64) throws
    /// Adds a row; ``VaultError/Code/exists`` if the lookup hash or the id is taken.
    func insert(_ row: EntryRow) throws
    /// Replaces the row of an entry if it still has `version`; ``VaultError/Code/conflict`` otherwise.
    func replace(_ row: EntryRow, expecting version: UInt64) throws
    /// Removes the row of an entry if it still has `version`; ``VaultError/Code/conflict`` otherwise.
    func remove(_ id: EntryID, expecting version: UInt64) throws
    /// Appends an event; ``VaultError/Code/conflict`` if its number is taken.
    func append(_ event: AuditEvent) throws
    /// Keeps a fingerprint; one that is known stays, and becomes spent if the new one is.
    func keep(_ fingerprint: StoredFingerprint) throws
    /// Appends to a journal; ``VaultError/Code/conflict`` if the index is taken.
    func append(_ row: JournalRow) throws
}
