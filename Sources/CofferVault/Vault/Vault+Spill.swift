// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

extension Vault {
    /// Seals fields under the issue key into the spill folder, for an answer that could not be committed.
    package func spill(_ fields: FieldTable, for entry: Entry) throws {
        let space = try state.space(of: entry.path)
        guard let issue = space.current.issue else { throw VaultError(.notPermitted, "only an issuer can spill") }
        var message = CanonicalWriter()
        message.integer(space.current.generation)
        let data = Self.spillData(space, entry.id, entry.version, space.current.generation)
        let box = try fields.encoded().withExposedBytes { try issue.spill.seal($0, associatedData: data) }
        message.variable(box)
        try store.spill.keep(message.bytes, for: entry.id, version: entry.version)
    }

    /// What was spilled for exactly this version of an entry, opened; nil if nothing was.
    package func spilled(for entry: Entry) throws -> FieldTable? {
        let space = try state.space(of: entry.path)
        guard let kept = try store.spill.kept(for: entry.id).first(where: { $0.version == entry.version }) else {
            return nil
        }
        var reader = CanonicalReader(kept.bytes)
        let generation = try reader.integer(UInt32.self)
        let box = try reader.variable()
        try reader.finish()
        guard let issue = space.generations.first(where: { $0.generation == generation })?.issue else { return nil }
        let data = Self.spillData(space, entry.id, entry.version, generation)
        do {
            return try issue.spill.open(box, associatedData: data).withExposedBytes { try FieldTable(decoding: $0) }
        } catch {
            throw VaultError.damaged
        }
    }

    /// Forgets what was spilled for a version of an entry, after it was committed.
    package func forgetSpill(for id: EntryID, version: UInt64) throws {
        try store.spill.forget(id, version: version)
    }

    /// Makes sure that there is reserved room on the disk before something is sent whose answer must be kept.
    package func reserveRoom() throws { try store.spill.ensureReserve() }

    /// Gives up the reserved room; false if there was none.
    package func releaseRoom() -> Bool { store.spill.releaseReserve() }

    private static func spillData(
        _ space: UnlockedSpace, _ id: EntryID, _ version: UInt64, _ generation: UInt32
    ) -> [UInt8] {
        var writer = CanonicalWriter(Labels.spill)
        writer.fixed(space.vaultID.bytes)
        writer.fixed(space.id.bytes)
        writer.fixed(id.bytes)
        writer.integer(version)
        writer.integer(generation)
        return writer.bytes
    }
}
