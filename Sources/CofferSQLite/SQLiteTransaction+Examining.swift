// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import GRDB

extension SQLiteTransaction {
    func binding(of entry: EntryID, version: UInt64) throws -> StoredBinding? {
        try bindings(
            "WHERE entry = ? AND version = ?", [entry.data, Int64(bitPattern: version)]
        ).first
    }

    func bindingCount() throws -> Int { try count("audit_binding", []) }

    func bindings(after last: StoredBinding?, limit: Int) throws -> [StoredBinding] {
        try bindings(
            "WHERE (entry, version) > (?, ?) ORDER BY entry, version LIMIT ?",
            [last?.entryID.data ?? Data(), Int64(bitPattern: last?.version ?? 0), max(limit, 0)])
    }

    private func bindings(_ condition: String, _ arguments: StatementArguments) throws -> [StoredBinding] {
        let statement = try database.cachedStatement(
            sql: "SELECT entry, version, signer, sequence FROM audit_binding \(condition)")
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            StoredBinding(
                entryID: try EntryID(row.bytes(0)), version: row.unsigned(1),
                signer: try SigningPublicKey(row.bytes(2)), sequence: row.unsigned(3))
        }
    }

    func entryKeys(after key: [UInt8], limit: Int) throws -> [[UInt8]] {
        try [UInt8].fetchAll(
            database, "SELECT id FROM entry WHERE id > ? ORDER BY id LIMIT ?", [Data(key), max(limit, 0)])
    }

    func journalKeys() throws -> [[UInt8]] {
        try [UInt8].fetchAll(database, "SELECT DISTINCT rotation FROM journal ORDER BY rotation", [])
    }
}
