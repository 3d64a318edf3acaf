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
            try await write(event, to: id, at: index)
        } catch let error as VaultError where error.code == .conflict {
            throw RotationError(.superseded, "another operator is running rotation \(id)")
        }
    }

    /// Writes the first event together with what is changed at once: both or neither.
    ///
    /// - Throws: ``VaultError/Code/conflict`` if another process changed what the batch replaces.
    func begin(_ event: JournalEvent, of id: RotationID, with batch: WriteBatch) async throws {
        try await write(event, to: id, at: 0, with: batch)
    }

    private func write(
        _ event: JournalEvent, to id: RotationID, at index: Int, with batch: WriteBatch? = nil
    ) async throws {
        try await vault.appendJournal(
            [UInt8](try Self.encoder.encode(event)), to: Self.entryID(id), at: UInt32(index), for: app,
            reason: Keeper.join("\(id) \(event.fact.name)", reason), with: batch)
    }

    func events(of id: RotationID) async throws -> [JournalEvent] {
        let stored = try await vault.journal(of: Self.entryID(id), in: app.space)
        guard !stored.isEmpty else {
            throw RotationError(.notFound, "there is no rotation \(id)")
        }
        return try stored.map(Self.event)
    }

    /// The app of a rotation, from the event that opened it: nil if that is one that only a newer program knows.
    func app(of id: RotationID) async throws -> CredentialPath? {
        guard let first = try await vault.journal(of: Self.entryID(id), in: app.space).first,
            case .opened(let plan) = try? Self.event(first).fact
        else { return nil }
        return plan.app
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
