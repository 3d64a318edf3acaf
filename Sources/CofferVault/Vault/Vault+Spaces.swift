// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

extension Vault {
    /// Adds a space whose keys every owner holds.
    ///
    /// - Returns: the pin moved forward.
    /// - Throws: ``VaultError/Code/notPermitted`` if this identity is no owner, ``VaultError/Code/invalidName``,
    ///   ``VaultError/Code/exists``.
    package func addSpace(_ name: String, reason: String = "") async throws -> Pin {
        try await changeMembership(.addSpace, detail: name, reason: reason) { next, _ in try next.addSpace(name) }.pin
    }

    /// Removes a space that holds no entry; its keys are gone then, and the journals of its rotations with them.
    ///
    /// Its fingerprints stay: they are an index of what the events say, which stay too.
    ///
    /// - Throws: ``VaultError/Code/notEmpty``, ``VaultError/Code/missing``, ``VaultError/Code/notPermitted`` for the last.
    package func removeSpace(_ name: String, reason: String = "") async throws -> Pin {
        try await changeMembership(.removeSpace, detail: name, reason: reason) { manifest, reader in
            // The event says that they were removed, so that nobody misses them.
            try Self.journals(ofSpace: manifest.spaces.first { $0.name == name }?.id, reader).map { id, length in
                AuditBinding(entryID: id, version: length + 1, rowHash: .zero)
            }
        } _: { next, transaction in
            let id = next.spaces[try next.indexOfSpace(name)].id
            guard try transaction.rows(space: id, after: nil, limit: 1).isEmpty else {
                throw VaultError(.notEmpty, "space \(name) still holds entries; remove them first")
            }
            for (journal, _) in try Self.journals(ofSpace: id, transaction) {
                try transaction.removeJournal(of: journal)
            }
            try next.removeSpace(name)
        }.pin
    }

    /// The journals of a space, with the numbers of their last events, from 1.
    private static func journals(
        ofSpace id: SpaceID?, _ reader: any StoreReading
    ) throws -> [(id: EntryID, length: UInt64)] {
        guard let id else { return [] }
        return try reader.journalBeginnings(space: id).compactMap { first in
            try reader.journal(of: first.id).last.map { (first.id, UInt64($0.index) + 1) }
        }
    }

    /// Begins a generation of a space: what is written from now on is sealed under fresh keys.
    ///
    /// - Returns: its number.
    package func beginGeneration(of name: String, reason: String = "") async throws -> UInt32 {
        try await changeMembership(.beginRekey, detail: name, reason: reason) { next, _ in
            let index = try next.indexOfSpace(name)
            try next.beginGeneration(in: index)
            return next.spaces[index].generations.last?.number ?? 0
        }.result
    }

    /// Drops the generations of a space below a number; nobody can open what still lies under them.
    ///
    /// - Parameters:
    ///   - name: The space.
    ///   - number: The oldest generation to keep.
    ///   - reason: For the event.
    ///   - confirm: Runs in the transaction, and throws unless nothing needs the old generations any more.
    /// - Returns: the numbers dropped.
    /// - Throws: ``VaultError/Code/notPermitted`` if the newest would be among them, or what `confirm` throws.
    package func dropGenerations(
        of name: String, below number: UInt32, reason: String = "",
        confirm: @escaping @Sendable (any StoreReading) throws -> Void
    ) async throws -> [UInt32] {
        try await changeMembership(.endRekey, detail: name, reason: reason) { next, transaction in
            let index = try next.indexOfSpace(name)
            try confirm(transaction)
            return try next.dropGenerations(in: index, below: number)
        }.result
    }

    /// Sets whether entries may be read where no event can be written.
    package func setUnauditedReading(_ isAllowed: Bool, reason: String = "") async throws -> Pin {
        let detail = isAllowed ? "unaudited reading allowed" : "unaudited reading refused"
        return try await changeMembership(.policy, detail: detail, reason: reason) { next, _ in
            next.allowsUnauditedReading = isAllowed
        }.pin
    }
}
