// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

extension EntryID {
    /// Whether it is a rotation's: the 8 bytes of its name, and 8 zeros that no entry's random id has.
    var isRotation: Bool { bytes.suffix(8).allSatisfy { $0 == 0 } }
}

/// One event of a rotation's journal, as stored.
package struct JournalRow: Sendable, Equatable {
    /// The rotation.
    package var id: EntryID
    /// The place in the journal, from 0.
    package var index: UInt32
    /// The space whose issue tier seals it.
    package var spaceID: SpaceID
    /// The key generation.
    package var generation: UInt32
    /// The sealed event.
    package var box: [UInt8]
    /// The generation's signature over ``hash(in:)``.
    package var signature: Signature

    /// Makes a row from its stored parts.
    package init(
        id: EntryID, index: UInt32, spaceID: SpaceID, generation: UInt32, box: [UInt8], signature: Signature
    ) {
        self.id = id
        self.index = index
        self.spaceID = spaceID
        self.generation = generation
        self.box = box
        self.signature = signature
    }

    /// The hash of everything but the signature.
    package func hash(in vaultID: VaultID) -> Digest {
        var writer = CanonicalWriter(Labels.journal)
        writer.fixed(Self.associatedData(vaultID, spaceID, id, index, generation))
        writer.fixed(Digest(hashing: box).bytes)
        return Digest(hashing: writer.bytes)
    }

    static func signedMessage(_ hash: Digest) -> [UInt8] {
        var writer = CanonicalWriter(Labels.journalSignature)
        writer.fixed(hash.bytes)
        return writer.bytes
    }

    static func associatedData(
        _ vaultID: VaultID, _ spaceID: SpaceID, _ id: EntryID, _ index: UInt32, _ generation: UInt32
    ) -> [UInt8] {
        var writer = CanonicalWriter(Labels.journal)
        writer.fixed(vaultID.bytes)
        writer.fixed(spaceID.bytes)
        writer.fixed(id.bytes)
        writer.integer(index)
        writer.integer(generation)
        return writer.bytes
    }
}
