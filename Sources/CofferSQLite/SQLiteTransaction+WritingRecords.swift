// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import GRDB

extension SQLiteTransaction {
    func keep(_ fingerprint: StoredFingerprint) throws {
        // What was spent once stays spent, whatever comes later.
        try run(
            sql: """
                INSERT INTO fingerprint (space, tag, entry, field, tier, spent) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (space, tag) DO UPDATE SET spent = max(spent, excluded.spent)
                """,
            arguments: [
                fingerprint.spaceID.data, fingerprint.tag.data, fingerprint.entryID.data, Int64(fingerprint.field),
                Int64(fingerprint.tier.rawValue), fingerprint.isSpent,
            ])
    }

    func append(_ row: JournalRow) throws {
        notes.changesContents = true
        do {
            try database.execute(
                sql: """
                    INSERT INTO journal (rotation, position, space, generation, box, signature)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    row.id.data, Int64(row.index), row.spaceID.data, Int64(row.generation), Data(row.box),
                    row.signature.data,
                ])
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw Self.conflict
        }
    }

    func replaceJournal(_ rows: [JournalRow]) throws {
        notes.changesContents = true
        for row in rows {
            try database.execute(
                sql: """
                    UPDATE journal SET generation = ?, box = ?, signature = ?
                    WHERE rotation = ? AND position = ? AND space = ?
                    """,
                arguments: [
                    Int64(row.generation), Data(row.box), row.signature.data, row.id.data, Int64(row.index),
                    row.spaceID.data,
                ])
            guard database.changesCount == 1 else { throw Self.conflict }
        }
    }

    func removeJournal(of id: EntryID) throws {
        notes.changesContents = true
        try database.execute(sql: "DELETE FROM journal WHERE rotation = ?", arguments: [id.data])
    }

    // MARK: - Wishes and passphrase boxes

    func leave(_ wish: StoredWish) throws {
        notes.leavesWish = true
        try database.execute(
            sql: "INSERT OR REPLACE INTO wish (entry, signer, body) VALUES (?, ?, ?)",
            arguments: [wish.entry.data, wish.signer.data, Data(wish.body)])
    }

    func removeWish(of signer: SigningPublicKey, for entry: EntryID) throws {
        try database.execute(
            sql: "DELETE FROM wish WHERE entry = ? AND signer = ?", arguments: [entry.data, signer.data])
    }

    func keep(_ box: StoredPassphraseBox) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO passphrase (signer, body) VALUES (?, ?)",
            arguments: [box.signer.data, Data(box.body)])
    }

    func removePassphraseBox(of signer: SigningPublicKey) throws {
        try database.execute(sql: "DELETE FROM passphrase WHERE signer = ?", arguments: [signer.data])
    }
}
