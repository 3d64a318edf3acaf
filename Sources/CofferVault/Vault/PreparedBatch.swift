// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Foundation

/// A batch sealed and signed under one state of the membership, ready for its transaction.
struct PreparedBatch: Sendable {
    /// The entries as they will stand, in the order of the drafts.
    let entries: [Entry]
    /// The fingerprints of refresh tokens that are spent with this batch.
    var spent: [StoredFingerprint] { fingerprints.filter(\.isSpent) }
    private let state: VaultState
    private let batch: WriteBatch
    private let record: AuditRecord
    private let rows: [EntryRow]
    private let fingerprints: [StoredFingerprint]
    private let bindings: [AuditBinding]

    init(_ batch: WriteBatch, at instant: Date, under state: VaultState) throws {
        var rows: [EntryRow] = []
        var fingerprints: [StoredFingerprint] = []
        var entries: [Entry] = []
        var bindings: [AuditBinding] = []
        for draft in batch.drafts {
            let space = try state.space(of: draft.path)
            let (id, version) =
                switch draft.expectation {
                case .absent: (EntryID.random(), UInt64(1))
                case .version(let id, let version): (id, try Self.successor(of: version))
                }
            let row = try EntrySealing(space: space).seal(draft, id: id, version: version)
            let hash = row.hash(in: space.vaultID)
            fingerprints += try draft.traced.map { try state.fingerprint($0, of: id, in: space) }
            entries.append(
                Entry(
                    id: id, path: draft.path, kind: draft.kind, version: version, use: draft.use, issue: draft.issue,
                    dueAt: draft.dueAt, state: draft.state, rowHash: hash))
            rows.append(row)
            bindings.append(AuditBinding(entryID: id, version: version, rowHash: hash))
        }
        for entry in batch.removals {
            guard try state.space(of: entry.path).role > .reader else {
                throw VaultError(.notPermitted, "this identity may read but not remove \(entry.path)")
            }
            bindings.append(
                AuditBinding(entryID: entry.id, version: try Self.successor(of: entry.version), rowHash: .zero))
        }
        self.state = state
        self.batch = batch
        self.entries = entries
        self.rows = rows
        self.fingerprints = fingerprints
        self.bindings = bindings
        record = AuditRecord(
            at: instant, action: batch.action,
            paths: (batch.drafts.map(\.path) + batch.removals.map(\.path)).map(\.description), reason: batch.reason,
            details: batch.details)
    }

    /// Writes rows, removals, fingerprints and the event.
    ///
    /// - Throws: ``VaultError/Code/conflict`` if anything expected has changed, ``VaultError/Code/exists``.
    func write(to transaction: any StoreWriting) throws {
        for entry in batch.unchanged {
            guard try transaction.row(id: entry.id)?.version == entry.version else { throw Self.changed(entry.path) }
        }
        for (draft, row) in zip(batch.drafts, rows) {
            switch draft.expectation {
            case .absent: try insert(row, at: draft.path, transaction)
            case .version(_, let version): try transaction.replace(row, expecting: version)
            }
        }
        for entry in batch.removals { try transaction.remove(entry.id, expecting: entry.version) }
        for change in fingerprints { try transaction.keep(change) }
        try state.append(record, bindings: bindings, fingerprints: fingerprints, to: transaction)
    }

    /// The store sees that a lookup hash is taken; that the path lies under an older generation's hash, we must.
    private func insert(_ row: EntryRow, at path: CredentialPath, _ transaction: any StoreWriting) throws {
        let space = try state.space(of: path)
        for keys in space.generations.dropLast() {
            let lookup = try space.lookup(path.description, in: keys)
            guard try transaction.row(space: space.id, lookup: lookup) == nil else {
                throw VaultError(.exists, "there is an entry \(path) already")
            }
        }
        try transaction.insert(row)
    }

    /// The next version; one that could not be counted further was forged by somebody who may sign.
    private static func successor(of version: UInt64) throws(VaultError) -> UInt64 {
        guard version < UInt64(Int64.max) else { throw .damaged }
        return version + 1
    }

    private static func changed(_ path: CredentialPath) -> VaultError {
        VaultError(.conflict, "\(path) was changed by another process")
    }
}
