// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

/// What can be written in one transaction.
///
/// A statement that fails ends the whole transaction in PostgreSQL, and only itself in SQLite: so what a caller may meet and go on
/// from is no failure of a statement here but found by what it did not change. Nobody else writes meanwhile. What nobody goes on from
/// is not waited for (``queue(_:_:orThrow:)``).
extension PostgresTransaction: StoreWriting {
    func insertManifest(_ bytes: [UInt8], epoch: UInt64) throws {
        notes.changesContents = true
        let isNew = try changes(
            "INSERT INTO coffer.manifest (epoch, body) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            [.unsigned(epoch), .bytes(bytes)])
        guard isNew else { throw VaultError(.exists, "the vault has a manifest of epoch \(epoch) already") }
    }

    func insert(_ row: EntryRow) throws {
        notes.changesContents = true
        let isNew = try changes(
            """
            INSERT INTO coffer.entry (id, space, lookup, kind, version, generation, use_box, issue_box, due_at, state,
            signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING
            """, Self.arguments(of: row))
        guard isNew else { throw Self.exists }
    }

    func replace(_ row: EntryRow, expecting version: UInt64) throws {
        notes.changesContents = true
        let isReplaced = try put(row, where: "e.version = $12", [.unsigned(version)])
        guard !isReplaced else { return }
        let isThere = try count(
            "coffer.entry WHERE id = $1 AND version = $2", [.bytes(row.id.bytes), .unsigned(version)])
        throw isThere > 0 ? Self.exists : Self.conflict
    }

    func remove(_ id: EntryID, expecting version: UInt64) throws {
        notes.changesContents = true
        let isRemoved = try changes(
            "DELETE FROM coffer.entry WHERE id = $1 AND version = $2", [.bytes(id.bytes), .unsigned(version)])
        guard isRemoved else { throw Self.conflict }
    }

    func exchange(_ row: EntryRow, for old: EntryRow) throws -> Bool {
        guard row.id == old.id, row.version == old.version else { throw Self.conflict }
        let seen: [Argument] = [
            .unsigned(old.version), .integer(Int64(old.generation)), .bytes(old.signature.bytes),
        ]
        let isExchanged = try put(row, where: "e.version = $12 AND e.generation = $13 AND e.signature = $14", seen)
        if isExchanged {
            notes.changesContents = true
            return true
        }
        let isThere = try count(
            "coffer.entry WHERE id = $1 AND version = $2 AND generation = $3 AND signature = $4",
            [.bytes(old.id.bytes)] + seen)
        if isThere > 0 { throw Self.exists }
        return false
    }

    /// Writes a row over the one of its entry, if that meets a condition and no other entry has the new path.
    private func put(_ row: EntryRow, where condition: String, _ seen: [Argument]) throws -> Bool {
        try changes(
            """
            UPDATE coffer.entry e SET space = $2, lookup = $3, kind = $4, version = $5, generation = $6, use_box = $7,
            issue_box = $8, due_at = $9, state = $10, signature = $11 WHERE e.id = $1 AND \(condition) AND NOT EXISTS (
                SELECT 1 FROM coffer.entry o WHERE o.space = $2 AND o.lookup = $3 AND o.id <> $1
            )
            """, Self.arguments(of: row) + seen)
    }

    // MARK: - Audit

    func append(_ event: AuditEvent) throws {
        try queue(
            "INSERT INTO coffer.audit (signer, sequence, hash, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            [
                .bytes(event.signer.bytes), .unsigned(event.sequence), .bytes(event.hash.bytes), .bytes(event.encoded),
            ], orThrow: Self.conflict)
        // One statement for all of them, and each place once: one that came twice would be refused.
        var places: Set<[UInt8]> = []
        let bindings = event.bindings.filter { binding in
            places.insert(binding.entryID.bytes + withUnsafeBytes(of: binding.version) { Array($0) }).inserted
        }
        guard !bindings.isEmpty else { return }
        try queue(
            """
            INSERT INTO coffer.audit_binding (entry, version, signer, sequence)
            SELECT b.entry, b.version, $3, $4 FROM unnest($1, $2) AS b (entry, version)
            ON CONFLICT (entry, version) DO UPDATE SET signer = excluded.signer, sequence = excluded.sequence
            """,
            [
                .byteArrays(bindings.map(\.entryID.bytes)), .integers(bindings.map { Int64(bitPattern: $0.version) }),
                .bytes(event.signer.bytes), .unsigned(event.sequence),
            ])
    }

    func index(_ event: AuditEvent) throws {
        try queue(
            "UPDATE coffer.audit SET hash = $1 WHERE signer = $2 AND sequence = $3 AND body = $4",
            [
                .bytes(event.hash.bytes), .bytes(event.signer.bytes), .unsigned(event.sequence), .bytes(event.encoded),
            ])
    }

    // MARK: - Statements

    /// Runs a statement; whether it changed anything.
    func changes(_ sql: String, _ arguments: [Argument]) throws -> Bool {
        try connection.run(behind: Statement(sql, arguments)).changedCount > 0
    }

    /// Has a statement run before the next that is asked for something, or the commit.
    ///
    /// - Parameters:
    ///   - sql: its text.
    ///   - arguments: its values.
    ///   - error: what the transaction then fails with if it changes nothing; nil where that will do.
    /// - Throws: ``Failure`` where the connection is gone, or a statement before it failed.
    func queue(_ sql: String, _ arguments: [Argument], orThrow error: VaultError? = nil) throws {
        try connection.queue(
            Statement(sql, arguments) { answer in
                if let error, answer.changedCount == 0 { throw error }
            })
    }

    static var conflict: VaultError {
        VaultError(.conflict, "another process changed this in between; try again")
    }

    private static var exists: VaultError { VaultError(.exists, "there is an entry at this path already") }

    private static func arguments(of row: EntryRow) -> [Argument] {
        [
            .bytes(row.id.bytes), .bytes(row.spaceID.bytes), .bytes(row.lookup.bytes),
            .integer(Int64(row.kind.rawValue)), .unsigned(row.version), .integer(Int64(row.generation)),
            .bytes(row.useBox), row.issueBox.map { Argument.bytes($0) } ?? .null,
            row.dueAt.map { Argument.integer($0) } ?? .null, row.state.map { Argument.text($0) } ?? .null,
            .bytes(row.signature.bytes),
        ]
    }
}
