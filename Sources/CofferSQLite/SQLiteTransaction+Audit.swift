// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import GRDB

extension SQLiteTransaction {
    func storedEvents(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [StoredEvent] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT sequence, hash, body FROM audit WHERE signer = ? AND sequence >= ? ORDER BY sequence LIMIT ?
                """,
            arguments: [signer.data, Int64(bitPattern: sequence), max(limit, 0)]
        ).map { row in
            StoredEvent(
                sequence: row.unsigned(0), hash: try? Digest(row.bytes(1)), bytes: (try? row.bytes(2)) ?? [])
        }
    }

    func writes(of id: EntryID, from version: UInt64, limit: Int) throws -> [StoredWrite] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT b.version, a.body FROM audit_binding b
                JOIN audit a ON a.signer = b.signer AND a.sequence = b.sequence
                WHERE b.entry = ? AND b.version >= ? ORDER BY b.version LIMIT ?
                """, arguments: [id.data, Int64(bitPattern: version), max(limit, 0)]
        ).map { StoredWrite(version: $0.unsigned(0), bytes: try $0.bytes(1)) }
    }
}
