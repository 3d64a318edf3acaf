// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

extension PostgresTransaction {
    func head(of signer: SigningPublicKey) throws -> AuditHead? {
        try heads(
            "SELECT signer, sequence, hash FROM coffer.audit WHERE signer = $1 ORDER BY sequence DESC LIMIT 1",
            [.bytes(signer.bytes)]
        ).first
    }

    func heads() throws -> [AuditHead] {
        // From one signer to the next along the primary key: two look-ups a chain, however long the chains are.
        try heads(
            """
            WITH RECURSIVE chain (signer) AS (
                (SELECT signer FROM coffer.audit ORDER BY signer LIMIT 1)
                UNION ALL
                SELECT (SELECT a.signer FROM coffer.audit a WHERE a.signer > c.signer ORDER BY a.signer LIMIT 1)
                FROM chain c WHERE c.signer IS NOT NULL
            )
            SELECT h.signer, h.sequence, h.hash FROM chain c CROSS JOIN LATERAL (
                SELECT a.signer, a.sequence, a.hash FROM coffer.audit a
                WHERE a.signer = c.signer ORDER BY a.sequence DESC LIMIT 1
            ) h WHERE c.signer IS NOT NULL ORDER BY h.signer
            """, []
        ).once(\.signer)
    }

    private func heads(_ sql: String, _ arguments: [Argument]) throws -> [AuditHead] {
        try fetch(sql, arguments).map { row in
            AuditHead(
                signer: try SigningPublicKey(row.bytes(0)), sequence: try row.unsigned(1),
                hash: try Digest(row.bytes(2)))
        }
    }

    func events(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [[UInt8]] {
        try fetchBytes(
            "SELECT body FROM coffer.audit WHERE signer = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3",
            [.bytes(signer.bytes), .unsigned(sequence), .limit(limit)])
    }

    func storedEvents(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [StoredEvent] {
        try fetch(
            """
            SELECT sequence, hash, body FROM coffer.audit WHERE signer = $1 AND sequence >= $2
            ORDER BY sequence LIMIT $3
            """, [.bytes(signer.bytes), .unsigned(sequence), .limit(limit)]
        ).map { row in
            StoredEvent(
                sequence: try row.unsigned(0), hash: try? Digest(row.bytes(1)), bytes: (try? row.bytes(2)) ?? [])
        }
    }

    func newestWrite(of id: EntryID) throws -> [UInt8]? {
        try fetchBytes(
            """
            SELECT a.body FROM coffer.audit_binding b
            JOIN coffer.audit a ON a.signer = b.signer AND a.sequence = b.sequence
            WHERE b.entry = $1 ORDER BY b.version DESC LIMIT 1
            """, [.bytes(id.bytes)]
        ).first
    }

    func writes(of id: EntryID, from version: UInt64, limit: Int) throws -> [StoredWrite] {
        try fetch(
            """
            SELECT b.version, a.body FROM coffer.audit_binding b
            JOIN coffer.audit a ON a.signer = b.signer AND a.sequence = b.sequence
            WHERE b.entry = $1 AND b.version >= $2 ORDER BY b.version LIMIT $3
            """, [.bytes(id.bytes), .unsigned(version), .limit(limit)]
        ).map { row in StoredWrite(version: try row.unsigned(0), bytes: try row.bytes(1)) }
    }
}
