// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Foundation

/// What one transaction writes.
package struct WriteBatch: Sendable {
    /// The action and the reason for the event.
    package var action: AuditAction
    /// Details for the event; never a secret.
    package var reason: String
    /// The entries to write.
    package var drafts: [EntryDraft]
    /// The entries to remove.
    package var removals: [Entry]
    /// Entries that must still be in the version given, though they are not written.
    package var unchanged: [Entry]

    /// Makes a batch.
    package init(
        _ action: AuditAction, reason: String = "", drafts: [EntryDraft] = [], removals: [Entry] = [],
        unchanged: [Entry] = []
    ) {
        self.action = action
        self.reason = reason
        self.drafts = drafts
        self.removals = removals
        self.unchanged = unchanged
    }
}

extension Vault {
    /// Writes a batch: rows, fingerprints and the signed event in one synced transaction.
    ///
    /// - Returns: the entries as written, in the order of the drafts.
    /// - Throws: ``VaultError/Code/conflict`` if anything expected has changed, ``VaultError/Code/exists``.
    package func commit(_ batch: WriteBatch) async throws -> [Entry] {
        var rows: [(row: EntryRow, expectation: EntryDraft.Expectation)] = []
        var fingerprints: [StoredFingerprint] = []
        var entries: [Entry] = []
        for draft in batch.drafts {
            let space = try space(of: draft.path)
            let (id, version) =
                switch draft.expectation {
                case .absent: (EntryID.random(), UInt64(1))
                case .version(let id, let version): (id, try Self.successor(of: version))
                }
            let row = try EntrySealing(space: space).seal(draft, id: id, version: version)
            fingerprints += try draft.traced.map { try self.fingerprint($0, of: id, in: space) }
            entries.append(
                Entry(
                    id: id, path: draft.path, kind: draft.kind, version: version, use: draft.use, issue: draft.issue,
                    dueAt: draft.dueAt, state: draft.state, rowHash: row.hash(in: space.vaultID)))
            rows.append((row, draft.expectation))
        }
        var bindings = zip(rows, entries).map {
            AuditBinding(entryID: $0.row.id, version: $0.row.version, rowHash: $1.rowHash)
        }
        for entry in batch.removals {
            guard try role(for: entry.path) > .reader else {
                throw VaultError(.notPermitted, "this identity may read but not remove \(entry.path)")
            }
            bindings.append(
                AuditBinding(entryID: entry.id, version: try Self.successor(of: entry.version), rowHash: .zero))
        }
        let record = AuditRecord(
            at: now(), action: batch.action,
            paths: (batch.drafts.map(\.path) + batch.removals.map(\.path)).map(\.description), reason: batch.reason)
        let changes = fingerprints
        let allBindings = bindings
        let allRows = rows
        try await store.write(.synced) { transaction in
            for entry in batch.unchanged {
                guard try transaction.row(id: entry.id)?.version == entry.version else {
                    throw Self.changed(entry.path)
                }
            }
            for (row, expectation) in allRows {
                switch expectation {
                case .absent: try transaction.insert(row)
                case .version(_, let version): try transaction.replace(row, expecting: version)
                }
            }
            for entry in batch.removals { try transaction.remove(entry.id, expecting: entry.version) }
            for change in changes { try transaction.keep(change) }
            try self.append(record, bindings: allBindings, fingerprints: changes, to: transaction)
        }
        return entries
    }

    /// The next version; one that could not be counted further was forged by somebody who may sign.
    private static func successor(of version: UInt64) throws(VaultError) -> UInt64 {
        guard version < UInt64(Int64.max) else { throw .damaged }
        return version + 1
    }

    private static func changed(_ path: CredentialPath) -> VaultError {
        VaultError(.conflict, "\(path) was changed by another process")
    }

    /// Records an event that changes nothing, before its effect.
    package func record(_ record: AuditRecord) async throws {
        try await store.write(.flushed) { transaction in
            try self.append(record, bindings: [], fingerprints: [], to: transaction)
        }
    }

    /// Chains and signs an event inside a transaction, so that two writers never take one number.
    func append(
        _ record: AuditRecord, bindings: [AuditBinding], fingerprints: [StoredFingerprint],
        to transaction: any StoreWriting
    ) throws {
        let head = try transaction.head(of: identity.publicIdentity.signingKey)
        // A reader sees others' heads too, but only an issuer's word for them is worth anything.
        let heads = spaces.values.contains { $0.role > .reader } ? try transaction.heads() : []
        try transaction.append(
            AuditEvent(
                record, after: head, by: identity, owners: owners, bindings: bindings,
                fingerprints: StoredFingerprint.digest(of: fingerprints), heads: heads))
    }
}
