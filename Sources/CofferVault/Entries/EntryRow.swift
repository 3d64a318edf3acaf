// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// An entry as it is stored: two boxes, what finds them, and the signature that vouches for the whole.
///
/// `dueAt` and `state` are in the clear: an index and nothing more. What decides is inside the boxes.
package struct EntryRow: Sendable, Equatable {
    /// The entry.
    package var id: EntryID
    /// The space whose keys seal it.
    package var spaceID: SpaceID
    /// The keyed hash of the path.
    package var lookup: Digest
    /// What it is, as an index.
    package var kind: EntryKind
    /// Counts writes, from 1.
    package var version: UInt64
    /// The key generation of both boxes.
    package var generation: UInt32
    /// Sealed under the use tier.
    package var useBox: [UInt8]
    /// Sealed under the issue tier; absent where there is nothing for it.
    package var issueBox: [UInt8]?
    /// When something must be done about it, in milliseconds since 1970.
    package var dueAt: Int64?
    /// The state, as an index.
    package var state: String?
    /// The generation's signature over ``hash``.
    package var signature: Signature

    /// Makes a row from its stored parts.
    package init(
        id: EntryID, spaceID: SpaceID, lookup: Digest, kind: EntryKind, version: UInt64, generation: UInt32,
        useBox: [UInt8], issueBox: [UInt8]?, dueAt: Int64?, state: String?, signature: Signature
    ) {
        self.id = id
        self.spaceID = spaceID
        self.lookup = lookup
        self.kind = kind
        self.version = version
        self.generation = generation
        self.useBox = useBox
        self.issueBox = issueBox
        self.dueAt = dueAt
        self.state = state
        self.signature = signature
    }

    /// The hash of everything but the signature: what is signed, and what the audit event of the write names.
    package func hash(in vaultID: VaultID) -> Digest {
        var writer = CanonicalWriter(Labels.row)
        writer.fixed(vaultID.bytes)
        writer.fixed(spaceID.bytes)
        writer.fixed(id.bytes)
        writer.fixed(lookup.bytes)
        writer.integer(kind.rawValue)
        writer.integer(version)
        writer.integer(generation)
        writer.fixed(Digest(hashing: useBox).bytes)
        writer.integer(UInt8(issueBox == nil ? 0 : 1))
        if let issueBox { writer.fixed(Digest(hashing: issueBox).bytes) }
        writer.optional(dueAt)
        writer.integer(UInt8(state == nil ? 0 : 1))
        if let state { writer.text(state) }
        return Digest(hashing: writer.bytes)
    }

    static func signedMessage(_ hash: Digest) -> [UInt8] {
        var writer = CanonicalWriter(Labels.rowSignature)
        writer.fixed(hash.bytes)
        return writer.bytes
    }
}
