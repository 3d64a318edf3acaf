// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import GRDB

extension SQLiteTransaction {
    // MARK: - Fingerprints

    func fingerprint(space: SpaceID, tag: Digest) throws -> StoredFingerprint? {
        try fingerprints("WHERE space = ? AND tag = ?", [space.data, tag.data]).first
    }

    func fingerprints(space: SpaceID, after tag: Digest?, limit: Int) throws -> [StoredFingerprint] {
        try fingerprints(
            "WHERE space = ? AND tag > ? ORDER BY tag LIMIT ?", [space.data, tag?.data ?? Data(), max(limit, 0)]
        ).ascending(after: tag?.bytes ?? [], \.tag.bytes)
    }

    func fingerprintCount(space: SpaceID) throws -> Int {
        try count("fingerprint WHERE space = ?", [space.data])
    }

    private func fingerprints(_ condition: String, _ arguments: StatementArguments) throws -> [StoredFingerprint] {
        try Row.fetchAll(
            database, sql: "SELECT space, tag, entry, field, tier, spent FROM fingerprint \(condition)",
            arguments: arguments
        ).map { row in
            guard let tier = Tier(rawValue: try row.small(4)) else { throw VaultError.damaged }
            return StoredFingerprint(
                spaceID: try SpaceID(row.bytes(0)), tag: try Digest(row.bytes(1)), entryID: try EntryID(row.bytes(2)),
                field: try row.small(3), tier: tier, isSpent: try row.small(5) == UInt8(1))
        }
    }

    // MARK: - Journals

    func journal(of id: EntryID) throws -> [JournalRow] {
        try journalRows("WHERE rotation = ? ORDER BY position", [id.data])
    }

    func journalBeginnings(space: SpaceID) throws -> [JournalRow] {
        try journalRows("WHERE space = ? AND position = 0 ORDER BY rowid", [space.data])
    }

    func journalRows(space: SpaceID, olderThan generation: UInt32, limit: Int) throws -> [JournalRow] {
        try journalRows(
            "WHERE space = ? AND generation < ? LIMIT ?", [space.data, Int64(generation), max(limit, 0)])
    }

    private func journalRows(_ condition: String, _ arguments: StatementArguments) throws -> [JournalRow] {
        try Row.fetchAll(
            database,
            sql: "SELECT rotation, position, space, generation, box, signature FROM journal \(condition)",
            arguments: arguments
        ).map { row in
            JournalRow(
                id: try EntryID(row.bytes(0)), index: try row.small(1), spaceID: try SpaceID(row.bytes(2)),
                generation: try row.small(3), box: try row.bytes(4), signature: try Signature(row.bytes(5)))
        }
    }

    // MARK: - Wishes and passphrase boxes

    func wishes(limit: Int) throws -> [StoredWish] {
        try Row.fetchAll(
            database, sql: "SELECT entry, signer, body FROM wish WHERE \(Self.isWish) ORDER BY entry, signer LIMIT ?",
            arguments: [max(limit, 0)]
        ).compactMap { row in
            try? StoredWish(entry: EntryID(row.bytes(0)), signer: SigningPublicKey(row.bytes(1)), body: row.bytes(2))
        }
    }

    func unreadableWishCount() throws -> Int { try count("wish WHERE NOT (\(Self.isWish))", []) }

    /// What else somebody leaves there must not take a place among the wishes.
    private static let isWish = "length(entry) = 16 AND length(signer) = 32"

    func passphraseBox(of signer: SigningPublicKey) throws -> StoredPassphraseBox? {
        try [UInt8].fetch(database, "SELECT body FROM passphrase WHERE signer = ?", [signer.data])
            .map { StoredPassphraseBox(signer: signer, body: $0) }
    }

    func passphraseBoxSigners() throws -> [SigningPublicKey] {
        try [UInt8].fetchAll(database, "SELECT signer FROM passphrase ORDER BY signer", []).compactMap {
            try? SigningPublicKey($0)
        }
    }
}
