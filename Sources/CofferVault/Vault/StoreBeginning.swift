// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What opening needs of a store, read in one transaction; nothing of it is believed yet.
struct StoreBeginning: Sendable {
    /// What makes the store a bundle; nil for a vault.
    let envelope: [UInt8]?
    /// The manifests from the older pin's epoch on; of a bundle, all.
    let chain: [SignedManifest]

    /// Reads it.
    ///
    /// - Throws: ``VaultError/Code/wrongIdentity`` for the store of another vault, ``VaultError/damaged``, and what is wrong with
    ///   the pins if a vault's are needed.
    init(_ reader: any StoreReading, _ pins: TrustedPins.Joined) throws {
        let stored = try reader.beginning(from: (try? pins.get().older.epoch) ?? 0)
        envelope = stored.envelope
        guard envelope == nil else {
            chain = try reader.manifests(from: 0).map(SignedManifest.init(decoding:))
            return
        }
        let pin = try pins.get().older
        let chain = try stored.manifests.map(SignedManifest.init(decoding:))
        // The pinned manifest names the vault. What the store says of itself is only asked for to tell somebody why not.
        if chain.first?.hash != pin.manifestHash, try reader.vaultID() != pin.vaultID {
            throw VaultError(.wrongIdentity, "this identity belongs to another vault")
        }
        self.chain = chain
    }
}
