// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import GRDB

/// What can be read in one transaction.
///
/// Integers of 64 bits without a sign (epochs, versions, sequences) are stored with the bit pattern SQLite has.
struct SQLiteTransaction: StoreReading {
    let database: Database
    let locks: EntryLockFile
    var notes = ChangeNotes()

    func heldLocks() throws -> [LockPlace] { try locks.held() }

    func vaultID() throws -> VaultID {
        // The first manifest names it; a store has no other record of it that could disagree.
        guard let body = try [UInt8].fetch(database, "SELECT body FROM manifest ORDER BY epoch LIMIT 1", []) else {
            throw VaultError.damaged
        }
        return try SignedManifest(decoding: body).claimedVaultID
    }

    func newestEpoch() throws -> UInt64 {
        try Row.fetchOne(database.cachedStatement(sql: "SELECT max(epoch) FROM manifest"))?.unsigned(0) ?? 0
    }

    func manifests(from epoch: UInt64) throws -> [[UInt8]] {
        try [UInt8].fetchAll(
            database, "SELECT body FROM manifest WHERE epoch >= ? ORDER BY epoch", [Int64(bitPattern: epoch)])
    }

    func beginning(from epoch: UInt64) throws -> (envelope: [UInt8]?, manifests: [[UInt8]]) {
        // One statement: compiling a second would take longer than running both.
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT body, (SELECT envelope FROM bundle WHERE place = 1) FROM manifest
                    WHERE epoch >= ? ORDER BY epoch
                    """), arguments: [Int64(bitPattern: epoch)])
        guard let first = rows.first else { return (try bundleEnvelope(), []) }
        let isVault = (first[1] as DatabaseValue).isNull
        return (isVault ? nil : try first.bytes(1), try rows.map { try $0.bytes(0) })
    }

    // MARK: - Rows

    private static let columns =
        "id, space, lookup, kind, version, generation, use_box, issue_box, due_at, state, signature"

    func row(space: SpaceID, lookup: Digest) throws -> EntryRow? {
        try rows("WHERE space = ? AND lookup = ?", [space.data, lookup.data]).first
    }

    func row(id: EntryID) throws -> EntryRow? {
        try rows("WHERE id = ?", [id.data]).first
    }

    func rows(space: SpaceID) throws -> [EntryRow] {
        try rows("WHERE space = ?", [space.data]).once(\.id)
    }

    func rows(space: SpaceID, dueBy instant: Int64, limit: Int) throws -> [EntryRow] {
        try rows(
            "WHERE space = ? AND due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            [space.data, instant, max(limit, 0)]
        ).once(\.id)
    }

    func due(space: SpaceID, by instant: Int64, limit: Int) throws -> [(id: EntryID, at: Int64)] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, due_at FROM entry WHERE space = ? AND due_at IS NOT NULL AND due_at <= ?
                ORDER BY due_at, id LIMIT ?
                """,
            arguments: [space.data, instant, max(limit, 0)])
        var due: [(id: EntryID, at: Int64)] = []
        while let row = try rows.next() { due.append((try EntryID(row.bytes(0)), row[1])) }
        return try due.once(\.id)
    }

    func nextDue(space: SpaceID, after instant: Int64) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT min(due_at) FROM entry WHERE space = ? AND due_at IS NOT NULL AND due_at > ?",
            arguments: [space.data, instant])
    }

    func rows(space: SpaceID, after id: EntryID?, limit: Int) throws -> [EntryRow] {
        // The sign keeps SQLite on the primary key, which gives the order; an index would have to be sorted:
        // https://sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_
        try rows("WHERE +space = ? AND id > ? ORDER BY id LIMIT ?", [space.data, id?.data ?? Data(), max(limit, 0)])
            .ascending(after: id?.bytes ?? [], \.id.bytes)
    }

    func rows(space: SpaceID, olderThan generation: UInt32, after id: EntryID?, limit: Int) throws -> [EntryRow] {
        try rows(
            "WHERE +space = ? AND +generation < ? AND id > ? ORDER BY id LIMIT ?",
            [space.data, Int64(generation), id?.data ?? Data(), max(limit, 0)]
        ).ascending(after: id?.bytes ?? [], \.id.bytes)
    }

    func oldestGeneration(space: SpaceID) throws -> UInt32? {
        // Along the index `entry_generation`, however many rows there are.
        let oldest = try ["entry", "journal"].compactMap { table in
            try Row.fetchOne(
                database,
                sql: "SELECT generation FROM \(table) WHERE space = ? ORDER BY generation LIMIT 1",
                arguments: [space.data]
            ).map { try $0.small(0) as UInt32 }
        }
        return oldest.min()
    }

    func entryCount(space: SpaceID) throws -> Int {
        try count("entry WHERE space = ?", [space.data])
    }

    func count(_ condition: String, _ arguments: StatementArguments) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM \(condition)", arguments: arguments) ?? 0
    }

    func rows(_ condition: String, _ arguments: StatementArguments) throws -> [EntryRow] {
        try Row.fetchAll(
            database.cachedStatement(sql: "SELECT \(Self.columns) FROM entry \(condition)"), arguments: arguments
        )
        .map(EntryRow.init(stored:))
    }

    // MARK: - Audit

    func head(of signer: SigningPublicKey) throws -> AuditHead? {
        try heads("WHERE signer = ? ORDER BY sequence DESC LIMIT 1", [signer.data]).first
    }

    func heads() throws -> [AuditHead] {
        // From one signer to the next along the primary key: two look-ups a chain, however long the chains are.
        var found: [AuditHead] = []
        var last: [UInt8] = []
        while let next = try [UInt8].fetch(
            database, "SELECT signer FROM audit WHERE signer > ? ORDER BY signer LIMIT 1", [Data(last)])
        {
            // A broken index may lead in a circle.
            guard last.lexicographicallyPrecedes(next), let head = try head(of: SigningPublicKey(next)) else {
                throw VaultError.damaged
            }
            found.append(head)
            last = next
        }
        return found
    }

    private func heads(_ condition: String, _ arguments: StatementArguments) throws -> [AuditHead] {
        try Row.fetchAll(
            database.cachedStatement(sql: "SELECT signer, sequence, hash FROM audit \(condition)"),
            arguments: arguments
        )
        .map { row in
            AuditHead(
                signer: try SigningPublicKey(row.bytes(0)), sequence: row.unsigned(1),
                hash: try Digest(row.bytes(2)))
        }
    }

    func events(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [[UInt8]] {
        try [UInt8].fetchAll(
            database, "SELECT body FROM audit WHERE signer = ? AND sequence >= ? ORDER BY sequence LIMIT ?",
            [signer.data, Int64(bitPattern: sequence), max(limit, 0)])
    }

    func newestWrite(of id: EntryID) throws -> [UInt8]? {
        try [UInt8].fetch(
            database,
            """
            SELECT a.body FROM audit_binding b JOIN audit a ON a.signer = b.signer AND a.sequence = b.sequence
            WHERE b.entry = ? ORDER BY b.version DESC LIMIT 1
            """, [id.data])
    }
}
