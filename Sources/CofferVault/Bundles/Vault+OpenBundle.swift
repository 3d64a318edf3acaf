// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

extension Vault {
    /// Unlocks a store that is a bundle; nil if it is none.
    ///
    /// - Throws: as ``BundleEnvelope``'s trust says.
    static func openedBundle(
        in store: any VaultStore, with text: IdentityText, trusting given: Pin?, now: @escaping @Sendable () -> Date
    ) async throws -> Vault? {
        let found = try await store.read { reader -> ([UInt8], [[UInt8]])? in
            guard let envelope = try reader.bundleEnvelope() else { return nil }
            return (envelope, try reader.manifests(from: 0))
        }
        guard let (bytes, chain) = found else { return nil }
        let envelope = try BundleEnvelope(decoding: bytes)
        // One manifest and no other: a bundle's membership does not change.
        guard chain.count == 1, let signed = try chain.first.map(SignedManifest.init(decoding:)),
            signed.hash == envelope.manifestHash
        else { throw VaultError.damaged }
        let manifest = try Manifest(decoding: signed.manifestBytes)
        let pin = try envelope.pin(openedBy: text, trusting: given, manifest: manifest, now: now())
        let trusted = try TrustedManifest(following: [signed], from: pin)
        let state = try VaultState(
            identity: text.identity, trusted: trusted, chainRoot: Digest(hashing: envelope.id.bytes))
        return Vault(store: store, state: state, bundle: envelope, now: now)
    }
}
