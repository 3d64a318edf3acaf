// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

/// The content of a file in the spill folder.
///
/// ```
/// generation u32 ‖ box (length u32 ‖ bytes)
/// ```
struct SpilledAnswer: Sendable {
    let generation: UInt32
    private let box: [UInt8]

    /// Reads the stored form; nothing is opened yet.
    init(decoding bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        generation = try reader.integer()
        box = try reader.variable()
        try reader.finish()
    }

    /// Seals fields under the newest generation of a space.
    init(
        sealing fields: FieldTable, for id: EntryID, version: UInt64, in space: UnlockedSpace
    ) throws {
        guard let issue = space.current.issue else { throw VaultError(.notPermitted, "only an issuer can spill") }
        generation = space.current.generation
        let data = Self.associatedData(space, id, version, generation)
        box = try fields.encoded().withExposedBytes { try issue.spill.seal($0, associatedData: data) }
    }

    /// The stored form.
    var encoded: [UInt8] {
        var writer = CanonicalWriter()
        writer.integer(generation)
        writer.variable(box)
        return writer.bytes
    }

    /// Opens it; nil if this identity does not hold the generation's issue keys.
    ///
    /// - Throws: ``VaultError/damaged``.
    func open(for id: EntryID, version: UInt64, in space: UnlockedSpace) throws(VaultError) -> FieldTable? {
        guard let issue = space.generations.first(where: { $0.generation == generation })?.issue else { return nil }
        let data = Self.associatedData(space, id, version, generation)
        do {
            return try issue.spill.open(box, associatedData: data).withExposedBytes { try FieldTable(decoding: $0) }
        } catch {
            throw .damaged
        }
    }

    private static func associatedData(
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
