// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import GRDB

extension SQLiteTransaction: StoreWriting {
    func insertManifest(_ bytes: [UInt8], epoch: UInt64) throws {
        notes.changesContents = true
        do {
            try run(
                sql: "INSERT INTO manifest (epoch, body) VALUES (?, ?)",
                arguments: [Int64(bitPattern: epoch), Data(bytes)])
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw VaultError(.exists, "the vault has a manifest of epoch \(epoch) already")
        }
    }

    func insert(_ row: EntryRow) throws {
        notes.changesContents = true
        do {
            try run(
                sql: """
                    INSERT INTO entry (id, space, lookup, kind, version, generation, use_box, issue_box, due_at, state,
                    signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [row.id.data] + Self.arguments(of: row))
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw VaultError(.exists, "there is an entry at this path already")
        }
    }

    func replace(_ row: EntryRow, expecting version: UInt64) throws {
        notes.changesContents = true
        do {
            try run(
                sql: """
                    UPDATE entry SET space = ?, lookup = ?, kind = ?, version = ?, generation = ?, use_box = ?,
                    issue_box = ?, due_at = ?, state = ?, signature = ? WHERE id = ? AND version = ?
                    """,
                arguments: Self.arguments(of: row) + [row.id.data, Int64(bitPattern: version)])
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw VaultError(.exists, "there is an entry at this path already")
        }
        guard database.changesCount == 1 else { throw Self.conflict }
    }

    func remove(_ id: EntryID, expecting version: UInt64) throws {
        notes.changesContents = true
        try run(
            sql: "DELETE FROM entry WHERE id = ? AND version = ?",
            arguments: [id.data, Int64(bitPattern: version)])
        guard database.changesCount == 1 else { throw Self.conflict }
    }

    func append(_ event: AuditEvent) throws {
        do {
            try run(
                sql: "INSERT INTO audit (signer, sequence, hash, body) VALUES (?, ?, ?, ?)",
                arguments: [
                    event.signer.data, Int64(bitPattern: event.sequence), event.hash.data, Data(event.encoded),
                ])
            for binding in event.bindings {
                try run(
                    sql: """
                        INSERT OR REPLACE INTO audit_binding (entry, version, signer, sequence) VALUES (?, ?, ?, ?)
                        """,
                    arguments: [
                        binding.entryID.data, Int64(bitPattern: binding.version), event.signer.data,
                        Int64(bitPattern: event.sequence),
                    ])
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw Self.conflict
        }
    }

    func index(_ event: AuditEvent) throws {
        try run(
            sql: "UPDATE audit SET hash = ? WHERE signer = ? AND sequence = ? AND body = ?",
            arguments: [
                event.hash.data, event.signer.data, Int64(bitPattern: event.sequence), Data(event.encoded),
            ])
    }

    func exchange(_ row: EntryRow, for old: EntryRow) throws -> Bool {
        guard row.id == old.id, row.version == old.version else { throw Self.conflict }
        do {
            try run(
                sql: """
                    UPDATE entry SET space = ?, lookup = ?, kind = ?, version = ?, generation = ?, use_box = ?,
                    issue_box = ?, due_at = ?, state = ?, signature = ?
                    WHERE id = ? AND version = ? AND generation = ? AND signature = ?
                    """,
                arguments: Self.arguments(of: row) + [
                    old.id.data, Int64(bitPattern: old.version), Int64(old.generation), old.signature.data,
                ])
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw VaultError(.exists, "there is an entry at this path already")
        }
        guard database.changesCount == 1 else { return false }
        notes.changesContents = true
        return true
    }

    /// Runs a statement that is compiled once for a connection: compiling costs more than most of them do.
    func run(sql: String, arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    static var conflict: VaultError {
        VaultError(.conflict, "another process changed this in between; try again")
    }

    private static func arguments(of row: EntryRow) -> StatementArguments {
        [
            row.spaceID.data, row.lookup.data, Int64(row.kind.rawValue), Int64(bitPattern: row.version),
            Int64(row.generation), Data(row.useBox), row.issueBox.map { Data($0) }, row.dueAt, row.state,
            row.signature.data,
        ]
    }
}
