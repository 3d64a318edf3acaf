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

    /// What the event of the write binds: a hash over all changes, in order; zero for none.
    static func digest(of changes: [StoredFingerprint]) -> Digest {
        guard !changes.isEmpty else { return .zero }
        var writer = CanonicalWriter(Labels.fingerprintChanges)
        for change in changes {
            writer.fixed(change.spaceID.bytes)
            writer.fixed(change.tag.bytes)
            writer.fixed(change.entryID.bytes)
            writer.integer(change.field)
            writer.integer(change.tier.rawValue)
            writer.integer(UInt8(change.isSpent ? 1 : 0))
        }
        return Digest(hashing: writer.bytes)
    }
}
