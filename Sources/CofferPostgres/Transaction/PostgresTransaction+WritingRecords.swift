// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

extension PostgresTransaction {
    func keep(_ fingerprint: StoredFingerprint) throws {
        // What was spent once stays spent, whatever comes later.
        try queue(
            """
            INSERT INTO coffer.fingerprint AS f (space, tag, entry, field, tier, spent) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (space, tag) DO UPDATE SET spent = f.spent OR excluded.spent
            """,
            [
                .bytes(fingerprint.spaceID.bytes), .bytes(fingerprint.tag.bytes), .bytes(fingerprint.entryID.bytes),
                .integer(Int64(fingerprint.field)), .integer(Int64(fingerprint.tier.rawValue)),
                .flag(fingerprint.isSpent),
            ])
    }

    // MARK: - Journals

    func append(_ row: JournalRow) throws {
        notes.changesContents = true
        try queue(
            """
            INSERT INTO coffer.journal (rotation, position, space, generation, box, signature)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
            """,
            [
                .bytes(row.id.bytes), .integer(Int64(row.index)), .bytes(row.spaceID.bytes),
                .integer(Int64(row.generation)), .bytes(row.box), .bytes(row.signature.bytes),
            ], orThrow: Self.conflict)
    }

    func replaceJournal(_ rows: [JournalRow]) throws {
        notes.changesContents = true
        for row in rows {
            let isReplaced = try changes(
                """
                UPDATE coffer.journal SET generation = $1, box = $2, signature = $3
                WHERE rotation = $4 AND position = $5 AND space = $6
                """,
                [
                    .integer(Int64(row.generation)), .bytes(row.box), .bytes(row.signature.bytes),
                    .bytes(row.id.bytes), .integer(Int64(row.index)), .bytes(row.spaceID.bytes),
                ])
            guard isReplaced else { throw Self.conflict }
        }
    }

    func removeJournal(of id: EntryID) throws {
        notes.changesContents = true
        try queue("DELETE FROM coffer.journal WHERE rotation = $1", [.bytes(id.bytes)])
    }

    // MARK: - Wishes and passphrase boxes

    func leave(_ wish: StoredWish) throws {
        notes.leavesWish = true
        try queue(
            """
            INSERT INTO coffer.wish (entry, signer, body) VALUES ($1, $2, $3)
            ON CONFLICT (entry, signer) DO UPDATE SET body = excluded.body
            """, [.bytes(wish.entry.bytes), .bytes(wish.signer.bytes), .bytes(wish.body)])
    }

    func removeWish(of signer: SigningPublicKey, for entry: EntryID) throws {
        try queue(
            "DELETE FROM coffer.wish WHERE entry = $1 AND signer = $2", [.bytes(entry.bytes), .bytes(signer.bytes)])
    }

    func keep(_ box: StoredPassphraseBox) throws {
        try queue(
            """
            INSERT INTO coffer.passphrase (signer, body) VALUES ($1, $2)
            ON CONFLICT (signer) DO UPDATE SET body = excluded.body
            """, [.bytes(box.signer.bytes), .bytes(box.body)])
    }

    func removePassphraseBox(of signer: SigningPublicKey) throws {
        try queue("DELETE FROM coffer.passphrase WHERE signer = $1", [.bytes(signer.bytes)])
    }

    // MARK: - Bundles

    func insertBundleEnvelope(_ bytes: [UInt8]) throws {
        let isNew = try changes(
            "INSERT INTO coffer.bundle (place, envelope) VALUES (1, $1) ON CONFLICT DO NOTHING", [.bytes(bytes)])
        guard isNew else { throw VaultError(.conflict, "this is a bundle already") }
    }

    func keepCollected(_ event: [UInt8], sequence: UInt64, of bundle: VaultID) throws {
        let isNew = try changes(
            "INSERT INTO coffer.collected (bundle, sequence, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [.bytes(bundle.bytes), .unsigned(sequence), .bytes(event)])
        guard isNew else {
            throw VaultError(.conflict, "these events were brought home by another process in between; try again")
        }
    }
}
