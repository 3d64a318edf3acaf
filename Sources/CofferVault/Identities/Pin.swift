// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// The manifest that an identity trusts: its vault, epoch and hash.
///
/// A client accepts this manifest and its signed descendants and nothing else; without a pin nothing
/// is opened, since whoever can write the file could have put a manifest of his own there.
package struct Pin: Hashable, Sendable {
    /// The encoded size in bytes: vault id 16, epoch 8, hash 32.
    static let byteCount = 56

    /// The vault.
    package let vaultID: VaultID
    /// The epoch of the manifest, from 1.
    package let epoch: UInt64
    /// The hash of the manifest's signed bytes.
    package let manifestHash: Digest

    /// Makes a pin.
    package init(vaultID: VaultID, epoch: UInt64, manifestHash: Digest) {
        self.vaultID = vaultID
        self.epoch = epoch
        self.manifestHash = manifestHash
    }

    init(decoding bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        vaultID = try VaultID(reader.fixed(VaultID.byteCount))
        epoch = try reader.integer()
        guard let hash = try? Digest(try reader.fixed(Digest.byteCount)), epoch > 0 else { throw .damaged }
        manifestHash = hash
        try reader.finish()
    }

    var encoded: [UInt8] {
        var writer = CanonicalWriter()
        writer.fixed(vaultID.bytes)
        writer.integer(epoch)
        writer.fixed(manifestHash.bytes)
        return writer.bytes
    }
}
