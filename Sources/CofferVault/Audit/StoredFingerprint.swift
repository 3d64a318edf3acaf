// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// The fingerprint of a secret that is or was in the vault; it outlives the value.
package struct StoredFingerprint: Sendable, Equatable {
    /// The space.
    package let spaceID: SpaceID
    /// The keyed hash of the value.
    package let tag: Digest
    /// The entry that held it.
    package let entryID: EntryID
    /// The field that held it.
    package let field: UInt16
    /// The tier whose trace key made the tag.
    package let tier: Tier
    /// Whether it was a refresh token that has been used: it is never sent again.
    package let isSpent: Bool

    /// Makes a fingerprint.
    package init(spaceID: SpaceID, tag: Digest, entryID: EntryID, field: UInt16, tier: Tier, isSpent: Bool) {
        self.spaceID = spaceID
        self.tag = tag
        self.entryID = entryID
        self.field = field
        self.tier = tier
        self.isSpent = isSpent
    }

    // MARK: - Coding

    /// Writes it as it stands in the event that kept it or marked it as spent.
    func write(to writer: inout CanonicalWriter) {
        writer.fixed(spaceID.bytes)
        writer.fixed(tag.bytes)
        writer.fixed(entryID.bytes)
        writer.integer(field)
        writer.integer(tier.rawValue)
        writer.integer(UInt8(isSpent ? 1 : 0))
    }

    /// Reads what ``write(to:)`` wrote.
    ///
    /// - Throws: ``VaultError/damaged``.
    init(from reader: inout CanonicalReader) throws(VaultError) {
        spaceID = try SpaceID(reader.fixed(SpaceID.byteCount))
        let tag = try? Digest(try reader.fixed(Digest.byteCount))
        entryID = try EntryID(reader.fixed(EntryID.byteCount))
        field = try reader.integer()
        let tier = Tier(rawValue: try reader.integer())
        let spent = try reader.integer(UInt8.self)
        guard let tag, let tier, spent <= 1 else { throw .damaged }
        self.tag = tag
        self.tier = tier
        isSpent = spent == 1
    }
}
