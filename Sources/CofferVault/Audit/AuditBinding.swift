// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// Ties an audit event to the row it wrote.
package struct AuditBinding: Sendable, Equatable {
    /// The entry, or the rotation whose journal was written.
    package let entryID: EntryID
    /// The version written; one more than the last for a removal.
    package let version: UInt64
    /// The hash of the row, zero for a removal.
    package let rowHash: Digest

    /// Makes a binding.
    package init(entryID: EntryID, version: UInt64, rowHash: Digest) {
        self.entryID = entryID
        self.version = version
        self.rowHash = rowHash
    }
}

/// The newest event of one chain.
package struct AuditHead: Sendable, Hashable {
    /// Whose chain it is.
    package let signer: SigningPublicKey
    /// The number of the newest event, from 1.
    package let sequence: UInt64
    /// Its hash.
    package let hash: Digest

    /// Makes a head.
    package init(signer: SigningPublicKey, sequence: UInt64, hash: Digest) {
        self.signer = signer
        self.sequence = sequence
        self.hash = hash
    }
}
