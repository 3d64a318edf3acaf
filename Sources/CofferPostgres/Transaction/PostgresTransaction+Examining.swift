// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

extension PostgresTransaction {
    func binding(of entry: EntryID, version: UInt64) throws -> StoredBinding? {
        try bindings("WHERE entry = $1 AND version = $2", [.bytes(entry.bytes), .unsigned(version)]).first
    }

    func bindingCount() throws -> Int { try count("coffer.audit_binding") }

    func bindings(after last: StoredBinding?, limit: Int) throws -> [StoredBinding] {
        try bindings(
            "WHERE (entry, version) > ($1, $2) ORDER BY entry, version LIMIT $3",
            [.bytes(last?.entryID.bytes ?? []), .unsigned(last?.version ?? 0), .limit(limit)])
    }

    private func bindings(_ condition: String, _ arguments: [Argument]) throws -> [StoredBinding] {
        try fetch("SELECT entry, version, signer, sequence FROM coffer.audit_binding \(condition)", arguments).map {
            row in
            StoredBinding(
                entryID: try EntryID(row.bytes(0)), version: try row.unsigned(1),
                signer: try SigningPublicKey(row.bytes(2)), sequence: try row.unsigned(3))
        }
    }

    func entryKeys(after key: [UInt8], limit: Int) throws -> [[UInt8]] {
        try fetchBytes("SELECT id FROM coffer.entry WHERE id > $1 ORDER BY id LIMIT $2", [.bytes(key), .limit(limit)])
    }

    func journalKeys() throws -> [[UInt8]] {
        try fetchBytes("SELECT DISTINCT rotation FROM coffer.journal ORDER BY rotation")
    }
}
