// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

/// What one transaction writes.
package struct WriteBatch: Sendable {
    /// The action and the reason for the event.
    package var action: AuditAction
    /// Details for the event; never a secret.
    package var reason: String
    /// Details for the event by name, for programs; never a secret.
    package var details: [String: String]
    /// The entries to write.
    package var drafts: [EntryDraft]
    /// The entries to remove.
    package var removals: [Entry]
    /// Entries that must still be in the version given, though they are not written.
    package var unchanged: [Entry]

    /// Makes a batch.
    package init(
        _ action: AuditAction, reason: String = "", details: [String: String] = [:], drafts: [EntryDraft] = [],
        removals: [Entry] = [], unchanged: [Entry] = []
    ) {
        self.action = action
        self.reason = reason
        self.details = details
        self.drafts = drafts
        self.removals = removals
        self.unchanged = unchanged
    }
}

extension Vault {
    /// Writes a batch: rows, fingerprints and the signed event in one synced transaction.
    ///
    /// - Returns: the entries as written, in the order of the drafts.
    /// - Throws: ``VaultError/Code/conflict`` if anything expected has changed, ``VaultError/Code/exists``,
    ///   ``VaultError/Code/diskFull``, for a removal or a rotation's writes only where the reserved room was not enough either.
    package func commit(_ batch: WriteBatch) async throws -> [Entry] {
        guard [.remove, .rotate].contains(batch.action) else { return try await commitOnce(batch) }
        return try await writingInNeed { try await commitOnce(batch) }
    }

    private func commitOnce(_ batch: WriteBatch) async throws -> [Entry] {
        let at = now()
        let (entries, spent) = try await writing(.synced) { state in
            let prepared = try PreparedBatch(batch, at: at, under: state)
            return { transaction in
                try prepared.write(to: transaction)
                return (prepared.entries, prepared.spent)
            }
        }
        seen?.spend(spent)
        return entries
    }

    /// Records an event that changes nothing, before its effect.
    ///
    /// Where nothing can be written, reading passes without one if the owners allow it.
    package func record(_ record: AuditRecord) async throws {
        if store.isReadOnly { return try await passUnrecorded(record.action) }
        try await writing(.flushed) { state in
            { transaction in try state.append(record, bindings: [], fingerprints: [], to: transaction) }
        }
    }
}

extension VaultState {
    /// Chains and signs an event inside a transaction, so that two writers never take one number.
    func append(
        _ record: AuditRecord, bindings: [AuditBinding], fingerprints: [StoredFingerprint],
        to transaction: any StoreWriting
    ) throws {
        let signer = identity.publicIdentity.signingKey
        // The hashes are those of the events themselves: what stands beside them is not signed, and a wrong one that got
        // into a signed event would break a chain for good.
        let head =
            try transaction.head(of: signer).map(transaction.signedHead)
            ?? AuditHead(signer: signer, sequence: 0, hash: chainRoot)
        // A reader sees others' heads too, but only an issuer's word for them is worth anything.
        let heads =
            highestRole > .reader
            ? try transaction.heads().filter { $0.signer != signer }.map(transaction.signedHead) : []
        try transaction.append(
            AuditEvent(
                record, after: head, by: identity, owners: owners, bindings: bindings,
                fingerprints: fingerprints, heads: heads))
    }
}
