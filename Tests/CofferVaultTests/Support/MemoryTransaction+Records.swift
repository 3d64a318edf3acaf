// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

extension MemoryTransaction {
    // MARK: - Fingerprints

    func fingerprint(space: SpaceID, tag: Digest) throws -> StoredFingerprint? {
        contents.fingerprints[.init(spaceID: space, tag: tag)]
    }

    func fingerprints(space: SpaceID, after tag: Digest?, limit: Int) throws -> [StoredFingerprint] {
        let later = contents.fingerprints.values.filter { fingerprint in
            fingerprint.spaceID == space
                && tag.map { $0.bytes.lexicographicallyPrecedes(fingerprint.tag.bytes) } ?? true
        }
        return Array(
            later.sorted { $0.tag.bytes.lexicographicallyPrecedes($1.tag.bytes) }.prefix(max(limit, 0)))
    }

    func fingerprintCount(space: SpaceID) throws -> Int {
        contents.fingerprints.keys.count { $0.spaceID == space }
    }

    func keep(_ fingerprint: StoredFingerprint) throws {
        let key = MemoryStore.FingerprintKey(spaceID: fingerprint.spaceID, tag: fingerprint.tag)
        let known = contents.fingerprints[key]
        guard known == nil || fingerprint.isSpent else { return }
        let kept = known ?? fingerprint
        contents.fingerprints[key] = StoredFingerprint(
            spaceID: kept.spaceID, tag: kept.tag, entryID: kept.entryID, field: kept.field, tier: kept.tier,
            isSpent: fingerprint.isSpent)
    }

    // MARK: - Journals

    func journal(of id: EntryID) throws -> [JournalRow] {
        contents.journals[id, default: [:]].sorted { $0.key < $1.key }.map(\.value)
    }

    func journalBeginnings(space: SpaceID) throws -> [JournalRow] {
        contents.journalOrder.compactMap { contents.journals[$0]?[0] }.filter { $0.spaceID == space }
    }

    func journalRows(space: SpaceID, olderThan generation: UInt32, limit: Int) throws -> [JournalRow] {
        let older = contents.journals.values.flatMap(\.values)
            .filter { $0.spaceID == space && $0.generation < generation }
        return Array(older.prefix(max(limit, 0)))
    }

    func append(_ row: JournalRow) throws {
        changesContents = true
        guard contents.journals[row.id, default: [:]].updateValue(row, forKey: row.index) == nil else {
            throw Self.conflict
        }
        if row.index == 0 { contents.journalOrder.append(row.id) }
    }

    func replaceJournal(_ rows: [JournalRow]) throws {
        changesContents = true
        for row in rows {
            guard contents.journals[row.id]?[row.index]?.spaceID == row.spaceID else { throw Self.conflict }
            contents.journals[row.id]?[row.index] = row
        }
    }

    func removeJournal(of id: EntryID) throws {
        changesContents = true
        contents.journals[id] = nil
        contents.journalOrder.removeAll { $0 == id }
    }

    // MARK: - Wishes and passphrase boxes

    func wishes(limit: Int) throws -> [StoredWish] {
        let sorted = contents.wishes.values.sorted { left, right in
            (left.entry.bytes + left.signer.bytes).lexicographicallyPrecedes(right.entry.bytes + right.signer.bytes)
        }
        return Array(sorted.prefix(max(limit, 0)))
    }

    func leave(_ wish: StoredWish) throws {
        leavesWish = true
        contents.wishes[.init(entry: wish.entry, signer: wish.signer)] = wish
    }

    func removeWish(of signer: SigningPublicKey, for entry: EntryID) throws {
        contents.wishes[.init(entry: entry, signer: signer)] = nil
    }

    func passphraseBox(of signer: SigningPublicKey) throws -> StoredPassphraseBox? {
        contents.passphraseBoxes[signer]
    }

    func passphraseBoxSigners() throws -> [SigningPublicKey] {
        contents.passphraseBoxes.keys.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    func keep(_ box: StoredPassphraseBox) throws {
        contents.passphraseBoxes[box.signer] = box
    }

    func removePassphraseBox(of signer: SigningPublicKey) throws {
        contents.passphraseBoxes[signer] = nil
    }
}
