// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

/// What can be read in one transaction.
///
/// Integers of 64 bits without a sign (epochs, versions, sequences) are stored with the bits of `bigint`, as SQLite has them.
struct PostgresTransaction: StoreReading {
    let connection: ServerConnection
    /// What it did that others must hear of.
    let notes = ChangeNotes()

    func fetch(_ sql: String, _ arguments: [Argument] = []) throws -> [AnswerRow] {
        try connection.run(behind: Statement(sql, arguments)).rows
    }

    func fetchBytes(_ sql: String, _ arguments: [Argument] = []) throws -> [[UInt8]] {
        try fetch(sql, arguments).map { try $0.bytes(0) }
    }

    func count(_ condition: String, _ arguments: [Argument] = []) throws -> Int {
        guard let row = try fetch("SELECT count(*) FROM \(condition)", arguments).first else {
            throw VaultError.damaged
        }
        return try row.small(0)
    }

    func heldLocks() throws -> [LockPlace] {
        // Before the writers' turn is taken the answer would say nothing of those who write until then.
        try connection.settle()
        return try LockSession.held(connection)
    }

    func vaultID() throws -> VaultID {
        // The first manifest names it; a store has no other record of it that could disagree.
        guard let body = try fetchBytes("SELECT body FROM coffer.manifest ORDER BY epoch LIMIT 1").first else {
            throw VaultError.damaged
        }
        return try SignedManifest(decoding: body).claimedVaultID
    }

    func newestEpoch() throws -> UInt64 {
        try fetch("SELECT epoch FROM coffer.manifest ORDER BY epoch DESC LIMIT 1").first?.unsigned(0) ?? 0
    }

    func manifests(from epoch: UInt64) throws -> [[UInt8]] {
        try fetchBytes("SELECT body FROM coffer.manifest WHERE epoch >= $1 ORDER BY epoch", [.unsigned(epoch)])
    }

    // MARK: - Rows

    private static let columns =
        "id, space, lookup, kind, version, generation, use_box, issue_box, due_at, state, signature"

    func row(space: SpaceID, lookup: Digest) throws -> EntryRow? {
        try rows("WHERE space = $1 AND lookup = $2", [.bytes(space.bytes), .bytes(lookup.bytes)]).first
    }

    func row(id: EntryID) throws -> EntryRow? {
        try rows("WHERE id = $1", [.bytes(id.bytes)]).first
    }

    func rows(space: SpaceID) throws -> [EntryRow] {
        try rows("WHERE space = $1", [.bytes(space.bytes)]).once(\.id)
    }

    func rows(space: SpaceID, after id: EntryID?, limit: Int) throws -> [EntryRow] {
        try rows(
            "WHERE space = $1 AND id > $2 ORDER BY id LIMIT $3",
            [.bytes(space.bytes), .bytes(id?.bytes ?? []), .limit(limit)]
        ).ascending(after: id?.bytes ?? [], \.id.bytes)
    }

    func rows(space: SpaceID, olderThan generation: UInt32, after id: EntryID?, limit: Int) throws -> [EntryRow] {
        try rows(
            "WHERE space = $1 AND generation < $2 AND id > $3 ORDER BY id LIMIT $4",
            [.bytes(space.bytes), .integer(Int64(generation)), .bytes(id?.bytes ?? []), .limit(limit)]
        ).ascending(after: id?.bytes ?? [], \.id.bytes)
    }

    func rows(space: SpaceID, dueBy instant: Int64, limit: Int) throws -> [EntryRow] {
        try rows(
            "WHERE space = $1 AND due_at IS NOT NULL AND due_at <= $2 ORDER BY due_at, id LIMIT $3",
            [.bytes(space.bytes), .integer(instant), .limit(limit)]
        ).once(\.id)
    }

    func due(space: SpaceID, by instant: Int64, limit: Int) throws -> [(id: EntryID, at: Int64)] {
        let due = try fetch(
            """
            SELECT id, due_at FROM coffer.entry WHERE space = $1 AND due_at IS NOT NULL AND due_at <= $2
            ORDER BY due_at, id LIMIT $3
            """, [.bytes(space.bytes), .integer(instant), .limit(limit)]
        ).map { row in (id: try EntryID(row.bytes(0)), at: try row.integer(1)) }
        return try due.once(\.id)
    }

    func nextDue(space: SpaceID, after instant: Int64) throws -> Int64? {
        try fetch(
            """
            SELECT due_at FROM coffer.entry WHERE space = $1 AND due_at IS NOT NULL AND due_at > $2
            ORDER BY due_at LIMIT 1
            """, [.bytes(space.bytes), .integer(instant)]
        ).first?.integer(0)
    }

    func oldestGeneration(space: SpaceID) throws -> UInt32? {
        let oldest = try ["entry", "journal"].compactMap { table in
            try fetch(
                "SELECT generation FROM coffer.\(table) WHERE space = $1 ORDER BY generation LIMIT 1",
                [.bytes(space.bytes)]
            ).first.map { try $0.small(0) as UInt32 }
        }
        return oldest.min()
    }

    func entryCount(space: SpaceID) throws -> Int {
        try count("coffer.entry WHERE space = $1", [.bytes(space.bytes)])
    }

    private func rows(_ condition: String, _ arguments: [Argument]) throws -> [EntryRow] {
        try fetch("SELECT \(Self.columns) FROM coffer.entry \(condition)", arguments).map { try Self.entry($0) }
    }

    private static func entry(_ row: AnswerRow) throws -> EntryRow {
        guard let kind = EntryKind(rawValue: try row.small(3)) else { throw VaultError.damaged }
        return EntryRow(
            id: try EntryID(row.bytes(0)), spaceID: try SpaceID(row.bytes(1)), lookup: try Digest(row.bytes(2)),
            kind: kind, version: try row.unsigned(4), generation: try row.small(5), useBox: try row.bytes(6),
            issueBox: row.isNull(7) ? nil : try row.bytes(7), dueAt: row.isNull(8) ? nil : try row.integer(8),
            state: row.isNull(9) ? nil : try row.text(9), signature: try Signature(row.bytes(10)))
    }
}
