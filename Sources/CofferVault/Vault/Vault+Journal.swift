// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto

extension Vault {
    /// Appends an event to a rotation's journal: sealed, signed, synced, audited, and refused if the place is
    /// taken, so that two operators can't go on with one rotation.
    ///
    /// - Throws: ``VaultError/Code/conflict`` if another process appended first.
    package func appendJournal(
        _ bytes: [UInt8], to id: EntryID, at index: UInt32, for path: CredentialPath, reason: String
    ) async throws {
        let space = try space(of: path)
        let keys = space.current
        guard let issue = keys.issue else {
            throw VaultError(.notPermitted, "this identity may read but not rotate in space \(space.name)")
        }
        let data = JournalRow.associatedData(space.vaultID, space.id, id, index, keys.generation)
        var row = JournalRow(
            id: id, index: index, spaceID: space.id, generation: keys.generation,
            box: try bytes.withUnsafeBytes { try issue.journal.seal($0, associatedData: data) },
            signature: try Signature([UInt8](repeating: 0, count: Signature.byteCount)))
        let hash = row.hash(in: space.vaultID)
        row.signature = try issue.signing.sign(JournalRow.signedMessage(hash))
        let record = AuditRecord(at: now(), action: .rotate, paths: [path.description], reason: reason)
        let binding = AuditBinding(entryID: id, version: UInt64(index) + 1, rowHash: hash)
        let signed = row
        try await store.write(.synced) { transaction in
            try transaction.append(signed)
            try self.append(record, bindings: [binding], fingerprints: [], to: transaction)
        }
    }

    /// The events of a rotation's journal, opened and in order; empty if there is no such rotation.
    package func journal(of id: EntryID, in spaceName: String) async throws -> [[UInt8]] {
        guard let space = spaces[spaceName] else { return [] }
        let rows = try await store.read { reader in
            let rows = try reader.journal(of: id)
            // A journal whose end was cut off would have a step done twice; the events know how many there were.
            try self.confirmNewest(
                rows.last.map {
                    AuditBinding(entryID: id, version: UInt64(rows.count), rowHash: $0.hash(in: space.vaultID))
                }, of: id, in: space.id, reader)
            return rows
        }
        return try rows.enumerated().map { index, row in
            guard row.spaceID == space.id, row.id == id, Int(row.index) == index,
                let keys = space.generations.first(where: { $0.generation == row.generation })
            else { throw VaultError.damaged }
            guard let issue = keys.issue else {
                throw VaultError(.notPermitted, "this identity may not read rotations in space \(space.name)")
            }
            do {
                try keys.signingPublicKey.verify(
                    row.signature, of: JournalRow.signedMessage(row.hash(in: space.vaultID)))
                let data = JournalRow.associatedData(space.vaultID, space.id, id, row.index, row.generation)
                return try issue.journal.open(row.box, associatedData: data).withExposedBytes { Array($0) }
            } catch {
                throw VaultError.damaged
            }
        }
    }

    /// The rotations of every space, oldest first within a space.
    package func journals() async throws -> [(space: String, id: EntryID)] {
        var found: [(String, EntryID)] = []
        for space in spaces.values.sorted(by: { $0.name < $1.name }) {
            found += try await store.read { try $0.journals(space: space.id) }.map { (space.name, $0) }
        }
        return found
    }
}
