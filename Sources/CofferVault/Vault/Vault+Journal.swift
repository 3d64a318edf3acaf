// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto

extension Vault {
    /// Appends events to rotations' journals: sealed, signed, synced, audited, and refused if a place is
    /// taken, so that two operators can't go on with one rotation.
    ///
    /// - Parameters:
    ///   - additions: The events, in the order in which they are recorded.
    ///   - path: What is rotated; its space seals the journals.
    ///   - batch: What is changed together with them: all or nothing, in one synced commit.
    /// - Throws: ``VaultError/Code/conflict`` if another process appended first, or changed what the batch replaces;
    ///   ``VaultError/Code/diskFull`` where the reserved room was not enough either.
    package func appendJournal(
        _ additions: [JournalAddition], for path: CredentialPath, with batch: WriteBatch? = nil
    ) async throws {
        try await writingInNeed { try await appendOnce(additions, for: path, with: batch) }
    }

    private func appendOnce(
        _ additions: [JournalAddition], for path: CredentialPath, with batch: WriteBatch?
    ) async throws {
        let at = now()
        let spent = try await writing(.synced) { state in
            let space = try state.space(of: path)
            let written = try additions.map { addition in
                let row = try Self.seal(addition.bytes, to: addition.id, at: addition.index, in: space)
                return (
                    row: row,
                    record: AuditRecord(
                        at: at, action: .rotate, paths: [path.description], reason: addition.reason),
                    binding: AuditBinding(
                        entryID: addition.id, version: UInt64(addition.index) + 1,
                        rowHash: row.hash(in: space.vaultID))
                )
            }
            let prepared = try batch.map { try PreparedBatch($0, at: at, under: state) }
            return { transaction in
                for (row, record, binding) in written {
                    try transaction.append(row)
                    try state.append(record, bindings: [binding], fingerprints: [], to: transaction)
                }
                try prepared?.write(to: transaction)
                return prepared?.spent ?? []
            }
        }
        if !spent.isEmpty { seen?.spend(spent) }
        rememberJournals(of: additions.map(\.id))
    }

    /// Remembers rotations outside the vault: whoever takes a journal out can take the index's word for it out as well.
    private func rememberJournals(of ids: [EntryID]) {
        rememberSeen(ids.filter(\.isRotation).map { EntryFence($0, version: 1) })
    }

    /// Appends one event to a rotation's journal, as ``appendJournal(_:for:with:)``.
    package func appendJournal(
        _ bytes: [UInt8], to id: EntryID, at index: UInt32, for path: CredentialPath, reason: String
    ) async throws {
        try await appendJournal([JournalAddition(bytes, to: id, at: index, reason: reason)], for: path)
    }

    /// Seals and signs a journal's event under the newest generation of a space.
    static func seal(
        _ bytes: [UInt8], to id: EntryID, at index: UInt32, in space: UnlockedSpace
    ) throws -> JournalRow {
        let keys = space.current
        guard let issue = keys.issue else {
            throw VaultError(.notPermitted, "this identity may read but not rotate in space \(space.name)")
        }
        let data = JournalRow.associatedData(space.vaultID, space.id, id, index, keys.generation)
        var row = JournalRow(
            id: id, index: index, spaceID: space.id, generation: keys.generation,
            box: try bytes.withUnsafeBytes { try issue.journal.seal($0, associatedData: data) },
            signature: try Signature([UInt8](repeating: 0, count: Signature.byteCount)))
        row.signature = try issue.signing.sign(JournalRow.signedMessage(row.hash(in: space.vaultID)))
        return row
    }

    /// The events of a rotation's journal, opened and in order; empty if there is no such rotation.
    package func journal(of id: EntryID, in spaceName: String) async throws -> [[UInt8]] {
        let events = try await reading { state, reader -> [[UInt8]] in
            guard let space = state.spaces[spaceName] else { return [] }
            let rows = try reader.journal(of: id)
            // A journal whose end was cut off would have a step done twice; the events know how many there were.
            try state.confirmNewest(
                rows.last.map {
                    AuditBinding(entryID: id, version: UInt64(rows.count), rowHash: $0.hash(in: space.vaultID))
                }, of: id, in: space.id, reader, self.followed)
            return try rows.enumerated().map { index, row in
                guard row.id == id, Int(row.index) == index else { throw VaultError.damaged }
                return try Self.open(row, in: space)
            }
        }
        if !events.isEmpty { rememberJournals(of: [id]) }
        return events
    }

    /// The rotations that this machine has seen and that have no journal any more, though nobody removed their space.
    ///
    /// That a journal ends too early is told by the events, to whoever asks for it; of one that is gone whole, with what the
    /// index says of it, only those know who have seen it.
    package func missingJournals() async throws -> [EntryID] {
        let known = seen?.versions?.rotations(restoredAt: restoredAt) ?? []
        guard !known.isEmpty else { return [] }
        return try await reading { state, reader in
            // Of every space: one that this identity no longer opens has its journals all the same.
            let present = Set(
                try state.manifest.spaces.flatMap { space in
                    try reader.journalBeginnings(space: space.id).map(\.id)
                })
            return try known.filter { id in try !present.contains(id) && !state.isRemoved(id, reader) }
        }
    }

    /// Opens one row of a journal.
    static func open(_ row: JournalRow, in space: UnlockedSpace) throws -> [UInt8] {
        guard let keys = space.generations.first(where: { $0.generation == row.generation }) else {
            throw VaultError.damaged
        }
        do {
            try keys.signingPublicKey.verify(
                row.signature, of: JournalRow.signedMessage(row.hash(in: space.vaultID)))
        } catch {
            throw VaultError.damaged
        }
        return try openBox(of: row, in: space)
    }

    /// Opens the box of a row without looking at its signature: enough to leave aside what is of no concern, and for nothing else.
    ///
    /// Who can seal a box has the issue keys, and with them the key that signs.
    private static func openBox(of row: JournalRow, in space: UnlockedSpace) throws -> [UInt8] {
        guard row.spaceID == space.id,
            let keys = space.generations.first(where: { $0.generation == row.generation })
        else { throw VaultError.damaged }
        guard let issue = keys.issue else {
            throw VaultError(.notPermitted, "this identity may not read rotations in space \(space.name)")
        }
        do {
            let data = JournalRow.associatedData(space.vaultID, space.id, row.id, row.index, row.generation)
            // No event holds a secret: a guarded block for each would cost more than all else of looking through them.
            let byteCount = max(row.box.count - SecretKey<Sealing>.overheadByteCount, 0)
            var event = [UInt8](repeating: 0, count: byteCount)
            try event.withUnsafeMutableBytes { try issue.journal.open(row.box, associatedData: data, into: $0) }
            return event
        } catch {
            throw VaultError.damaged
        }
    }

    /// The rotations of every space, oldest first within a space.
    package func journals() async throws -> [(space: String, id: EntryID)] {
        try await reading { state, reader in
            try state.spaces.values.sorted { $0.name < $1.name }
                .flatMap { space in try reader.journalBeginnings(space: space.id).map { (space.name, $0.id) } }
        }
    }

    /// The first events of a space's rotations, oldest first: what each is of, without reading what came of it.
    ///
    /// Their signatures are not looked at: whoever goes on with one reads it whole, with ``journal(of:in:)``.
    package func journalBeginnings(in spaceName: String) async throws -> [(id: EntryID, bytes: [UInt8])] {
        try await reading { state, reader in
            guard let space = state.spaces[spaceName] else { return [] }
            return try reader.journalBeginnings(space: space.id).map { ($0.id, try Self.openBox(of: $0, in: space)) }
        }
    }
}

extension VaultState {
    /// Whether an owner's event says that a journal was removed, as all of a space's are with it.
    fileprivate func isRemoved(_ id: EntryID, _ reader: any StoreReading) throws -> Bool {
        guard let stored = try reader.newestWrite(of: id) else { return false }
        let event = try AuditEvent(decoding: stored)
        try event.verifySignature()
        guard event.bindings.contains(where: { $0.entryID == id && $0.rowHash == .zero }) else { return false }
        let isOwners = manifest.members.contains { $0.isOwner && $0.identity.signingKey == event.signer }
        // What a departed owner signed afterwards is worth nothing.
        let wasOwners = manifest.departed.contains {
            $0.isOwner && $0.identity.signingKey == event.signer && event.sequence <= $0.lastSequence
        }
        return isOwners || wasOwners
    }
}
