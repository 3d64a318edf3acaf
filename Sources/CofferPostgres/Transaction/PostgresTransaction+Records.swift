// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

extension PostgresTransaction {
    // MARK: - Fingerprints

    func fingerprint(space: SpaceID, tag: Digest) throws -> StoredFingerprint? {
        try fingerprints("WHERE space = $1 AND tag = $2", [.bytes(space.bytes), .bytes(tag.bytes)]).first
    }

    func fingerprints(space: SpaceID, after tag: Digest?, limit: Int) throws -> [StoredFingerprint] {
        try fingerprints(
            "WHERE space = $1 AND tag > $2 ORDER BY tag LIMIT $3",
            [.bytes(space.bytes), .bytes(tag?.bytes ?? []), .limit(limit)]
        ).ascending(after: tag?.bytes ?? [], \.tag.bytes)
    }

    func fingerprintCount(space: SpaceID) throws -> Int {
        try count("coffer.fingerprint WHERE space = $1", [.bytes(space.bytes)])
    }

    private func fingerprints(_ condition: String, _ arguments: [Argument]) throws -> [StoredFingerprint] {
        try fetch("SELECT space, tag, entry, field, tier, spent FROM coffer.fingerprint \(condition)", arguments).map {
            row in
            guard let tier = Tier(rawValue: try row.small(4)) else { throw VaultError.damaged }
            return StoredFingerprint(
                spaceID: try SpaceID(row.bytes(0)), tag: try Digest(row.bytes(1)), entryID: try EntryID(row.bytes(2)),
                field: try row.small(3), tier: tier, isSpent: try row.flag(5))
        }
    }

    // MARK: - Journals

    func journal(of id: EntryID) throws -> [JournalRow] {
        try journalRows("WHERE rotation = $1 ORDER BY position", [.bytes(id.bytes)])
    }

    func journalBeginnings(space: SpaceID) throws -> [JournalRow] {
        // In the order in which they were written: two writers do not overlap, so that the numbers are given in it.
        try journalRows("WHERE space = $1 AND position = 0 ORDER BY number", [.bytes(space.bytes)])
    }

    func journalRows(space: SpaceID, olderThan generation: UInt32, limit: Int) throws -> [JournalRow] {
        try journalRows(
            "WHERE space = $1 AND generation < $2 LIMIT $3",
            [.bytes(space.bytes), .integer(Int64(generation)), .limit(limit)])
    }

    private func journalRows(_ condition: String, _ arguments: [Argument]) throws -> [JournalRow] {
        try fetch(
            "SELECT rotation, position, space, generation, box, signature FROM coffer.journal \(condition)", arguments
        ).map { row in
            JournalRow(
                id: try EntryID(row.bytes(0)), index: try row.small(1), spaceID: try SpaceID(row.bytes(2)),
                generation: try row.small(3), box: try row.bytes(4), signature: try Signature(row.bytes(5)))
        }
    }

    // MARK: - Wishes and passphrase boxes

    func wishes(limit: Int) throws -> [StoredWish] {
        try fetch(
            "SELECT entry, signer, body FROM coffer.wish WHERE \(Self.isWish) ORDER BY entry, signer LIMIT $1",
            [.limit(limit)]
        ).compactMap { row in
            try? StoredWish(entry: EntryID(row.bytes(0)), signer: SigningPublicKey(row.bytes(1)), body: row.bytes(2))
        }
    }

    func unreadableWishCount() throws -> Int { try count("coffer.wish WHERE NOT (\(Self.isWish))") }

    /// What else somebody leaves there must not take a place among the wishes.
    private static let isWish = "length(entry) = 16 AND length(signer) = 32"

    func passphraseBox(of signer: SigningPublicKey) throws -> StoredPassphraseBox? {
        try fetchBytes("SELECT body FROM coffer.passphrase WHERE signer = $1", [.bytes(signer.bytes)]).first
            .map { StoredPassphraseBox(signer: signer, body: $0) }
    }

    func passphraseBoxSigners() throws -> [SigningPublicKey] {
        try fetchBytes("SELECT signer FROM coffer.passphrase ORDER BY signer").compactMap { try? SigningPublicKey($0) }
    }

    // MARK: - Bundles

    func bundleEnvelope() throws -> [UInt8]? {
        try fetchBytes("SELECT envelope FROM coffer.bundle WHERE place = 1").first
    }

    func collectedBundles() throws -> [VaultID] {
        try fetchBytes("SELECT DISTINCT bundle FROM coffer.collected ORDER BY bundle").map { try VaultID($0) }
    }

    func collectedEvents(of bundle: VaultID, from sequence: UInt64, limit: Int) throws -> [[UInt8]] {
        try fetchBytes(
            "SELECT body FROM coffer.collected WHERE bundle = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3",
            [.bytes(bundle.bytes), .unsigned(sequence), .limit(limit)])
    }
}
