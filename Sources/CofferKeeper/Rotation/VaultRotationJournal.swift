// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault
import Foundation

/// A rotation's journal as it lies in the vault: one sealed, signed row an event.
struct VaultRotationJournal: RotationJournal {
    let vault: Vault
    /// The app, whose space seals the journal.
    let app: CredentialPath
    /// What the caller gave with `--reason`.
    var reason = ""

    func append(_ event: JournalEvent, to id: RotationID, at index: Int) async throws {
        do {
            try await vault.appendJournal([addition(event, to: id, at: index)], for: app)
        } catch let error as VaultError where error.code == .conflict {
            throw RotationError(.superseded, "another operator is running rotation \(id)")
        }
    }

    /// Writes the first event together with the end of what it replaces and with what is changed at once: all or nothing.
    ///
    /// - Parameters:
    ///   - opening: The first event, and what is given up for it.
    ///   - batch: What is changed at once.
    /// - Throws: ``VaultError/Code/conflict`` if another process changed what the batch replaces, or went on with what is given up.
    func begin(_ opening: RotationOpening, with batch: WriteBatch? = nil) async throws {
        let ends = try opening.givenUp.map { try addition($0.end, to: $0.id, at: $0.events.count) }
        try await vault.appendJournal(
            ends + [addition(opening.event, to: opening.id, at: 0)], for: app, with: batch)
    }

    private func addition(_ event: JournalEvent, to id: RotationID, at index: Int) throws -> JournalAddition {
        JournalAddition(
            [UInt8](try Self.encoder.encode(event)), to: try Self.entryID(id), at: UInt32(index),
            reason: Keeper.join("\(id) \(event.fact.name)", reason))
    }

    func events(of id: RotationID) async throws -> [JournalEvent] {
        let stored = try await vault.journal(of: Self.entryID(id), in: app.space)
        guard !stored.isEmpty else {
            throw RotationError(.notFound, "there is no rotation \(id)")
        }
        return try stored.map(Self.event)
    }

    /// The rotations that may be of the app, oldest first: all but those that say of whom else they are.
    ///
    /// One that only a newer program knows is among them.
    func candidates() async throws -> [RotationID] {
        let decoder = Self.decoder
        return try await vault.journalBeginnings(in: app.space).compactMap { first in
            let beginning = try? StoredJSON.decode(Beginning.self, from: first.bytes, with: decoder)
            if let subject = beginning?.plan.app, subject != app.description { return nil }
            return try Self.rotationID(first.id)
        }
    }

    /// What tells of whom a rotation is, in its first event.
    private struct Beginning: Decodable {
        struct Plan: Decodable {
            let app: String
        }

        let plan: Plan
    }

    private static func event(_ bytes: [UInt8]) throws -> JournalEvent {
        do {
            return try StoredJSON.decode(JournalEvent.self, from: bytes, with: decoder)
        } catch let error as RotationError where error.code == .newer {
            throw error
        } catch {
            throw VaultError.damaged
        }
    }

    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .millisecondsSince1970
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .millisecondsSince1970
        return decoder
    }

    /// The rotation's id as an entry id: its 8 bytes and 8 zeros.
    static func entryID(_ id: RotationID) throws -> EntryID {
        let digits = String(id.description.dropFirst(2)) + String(repeating: "0", count: 16)
        guard let entryID = EntryID(hexadecimal: digits) else { throw VaultError.damaged }
        return entryID
    }

    static func rotationID(_ id: EntryID) throws -> RotationID {
        try RotationID("r-" + id.description.prefix(16))
    }
}
