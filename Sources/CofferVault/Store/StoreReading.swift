// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// What can be read in one transaction.
///
/// Rows come as stored: nothing is verified or opened here.
package protocol StoreReading: StoreExamining {
    /// The vault's id as the store has it, for messages; the pin decides.
    func vaultID() throws -> VaultID
    /// The highest epoch of a manifest; 0 if there is none.
    func newestEpoch() throws -> UInt64
    /// The encoded signed manifests from an epoch on, in order.
    func manifests(from epoch: UInt64) throws -> [[UInt8]]
    /// What opening needs: what makes the store a bundle, nil for a vault, and the encoded signed manifests from an epoch on.
    func beginning(from epoch: UInt64) throws -> (envelope: [UInt8]?, manifests: [[UInt8]])
    /// The row of a lookup hash.
    func row(space: SpaceID, lookup: Digest) throws -> EntryRow?
    /// The row of an entry.
    func row(id: EntryID) throws -> EntryRow?
    /// All rows of a space, in no order.
    func rows(space: SpaceID) throws -> [EntryRow]
    /// Rows of a space, the least id first, from the one after an id; what is paged does not lie in memory at once.
    func rows(space: SpaceID, after id: EntryID?, limit: Int) throws -> [EntryRow]
    /// Rows of a space that are sealed under a generation older than `generation`, paged in the same way.
    func rows(space: SpaceID, olderThan generation: UInt32, after id: EntryID?, limit: Int) throws -> [EntryRow]
    /// The oldest generation that a row or a journal row of a space is sealed under; nil if there is none.
    func oldestGeneration(space: SpaceID) throws -> UInt32?
    /// How many rows a space has.
    func entryCount(space: SpaceID) throws -> Int
    /// Rows of a space due by an instant (milliseconds since 1970), earliest first.
    func rows(space: SpaceID, dueBy instant: Int64, limit: Int) throws -> [EntryRow]
    /// The entries of a space that the index has as due by an instant, earliest first.
    func due(space: SpaceID, by instant: Int64, limit: Int) throws -> [(id: EntryID, at: Int64)]
    /// The first instant after another at which the index has an entry of a space as due.
    func nextDue(space: SpaceID, after instant: Int64) throws -> Int64?
    /// The newest event of one chain.
    func head(of signer: SigningPublicKey) throws -> AuditHead?
    /// The newest event of every chain.
    func heads() throws -> [AuditHead]
    /// The encoded events of a chain, in order.
    func events(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [[UInt8]]
    /// The encoded event that wrote the newest version of an entry.
    func newestWrite(of id: EntryID) throws -> [UInt8]?
    /// The events of a chain with the numbers and hashes that the index gives them, in the index's order.
    func storedEvents(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [StoredEvent]
    /// The encoded events that the index names as writes of an entry, by version, from a version on.
    func writes(of id: EntryID, from version: UInt64, limit: Int) throws -> [StoredWrite]
    /// The fingerprint with a tag.
    func fingerprint(space: SpaceID, tag: Digest) throws -> StoredFingerprint?
    /// Fingerprints of a space, the least tag first, from the one after a tag.
    func fingerprints(space: SpaceID, after tag: Digest?, limit: Int) throws -> [StoredFingerprint]
    /// How many fingerprints a space has.
    func fingerprintCount(space: SpaceID) throws -> Int
    /// The journal of a rotation, in order.
    func journal(of id: EntryID) throws -> [JournalRow]
    /// The first row of each journal, oldest first.
    func journalBeginnings(space: SpaceID) throws -> [JournalRow]
    /// Journal rows of a space that are sealed under a generation older than `generation`, in no order.
    func journalRows(space: SpaceID, olderThan generation: UInt32, limit: Int) throws -> [JournalRow]
    /// Wishes, in the order of entry and signer: anybody who can write the store can leave any number of them, and what is
    /// none, by the size of its keys, is left out.
    func wishes(limit: Int) throws -> [StoredWish]
    /// The passphrase box of a member.
    func passphraseBox(of signer: SigningPublicKey) throws -> StoredPassphraseBox?
    /// What makes this store a bundle; nil for a vault.
    func bundleEnvelope() throws -> [UInt8]?
    /// The bundles whose events were brought home, in the order of their ids.
    func collectedBundles() throws -> [VaultID]
    /// The encoded events that were brought home from a bundle, in order, from a number on.
    func collectedEvents(of bundle: VaultID, from sequence: UInt64, limit: Int) throws -> [[UInt8]]
    /// The members who have a passphrase box, in the order of their keys.
    func passphraseBoxSigners() throws -> [SigningPublicKey]
    /// The entries whose locks somebody holds at this moment, this process included: no part of the state that is read.
    func heldLocks() throws -> [LockPlace]
}

extension StoreReading {
    package func beginning(from epoch: UInt64) throws -> (envelope: [UInt8]?, manifests: [[UInt8]]) {
        (try bundleEnvelope(), try manifests(from: epoch))
    }
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
    /// Puts a row that was sealed again under another generation in the place of `old`: the version stays.
    ///
    /// False, and nothing changed, if the stored row no longer has the version, generation and signature of `old`;
    /// ``VaultError/Code/exists`` if its new lookup hash is taken.
    func exchange(_ row: EntryRow, for old: EntryRow) throws -> Bool
    /// Appends an event; ``VaultError/Code/conflict`` if its number is taken.
    ///
    /// What it binds replaces what the index named for the same entry and version, since sealing again keeps the
    /// version.
    func append(_ event: AuditEvent) throws
    /// Puts an event's own hash beside it; nothing happens unless exactly this event lies in its place.
    func index(_ event: AuditEvent) throws
    /// Has the index name an event as the one that wrote a version, in the place of the one that it names.
    ///
    /// Of two events that wrote the same version, since one sealed it again, the index names the one appended last; whoever
    /// appends chain by chain knows no such order.
    func bind(_ binding: StoredBinding) throws
    /// Keeps a fingerprint; one that is known stays, and becomes spent if the new one is.
    func keep(_ fingerprint: StoredFingerprint) throws
    /// Appends to a journal; ``VaultError/Code/conflict`` if the index is taken.
    func append(_ row: JournalRow) throws
    /// Puts journal rows that were sealed again in the places they have; ``VaultError/Code/conflict`` if one is not
    /// there.
    func replaceJournal(_ rows: [JournalRow]) throws
    /// Removes the journal of a rotation; nothing happens if there is none.
    func removeJournal(of id: EntryID) throws
    /// Leaves a wish in the place of an earlier one of the same entry and signer.
    func leave(_ wish: StoredWish) throws
    /// Takes a wish away; nothing happens if there is none.
    func removeWish(of signer: SigningPublicKey, for entry: EntryID) throws
    /// Makes an empty store a bundle; ``VaultError/Code/conflict`` if it is one.
    func insertBundleEnvelope(_ bytes: [UInt8]) throws
    /// Keeps an event of a bundle; ``VaultError/Code/conflict`` if its number is taken.
    func keepCollected(_ event: [UInt8], sequence: UInt64, of bundle: VaultID) throws
    /// Keeps a passphrase box in the place of an earlier one of the same member.
    func keep(_ box: StoredPassphraseBox) throws
    /// Takes a member's passphrase box away; nothing happens if there is none.
    func removePassphraseBox(of signer: SigningPublicKey) throws
}
