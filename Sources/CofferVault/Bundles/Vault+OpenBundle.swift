// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

extension Vault {
    /// Unlocks a store that is a bundle.
    ///
    /// - Throws: as ``BundleEnvelope``'s trust says.
    static func openBundle(
        _ bytes: [UInt8], _ chain: [SignedManifest], in store: any VaultStore, with text: IdentityText,
        trusting given: Pin?, now: @escaping @Sendable () -> Date
    ) throws -> Vault {
        let envelope = try BundleEnvelope(decoding: bytes)
        // One manifest and no other: a bundle's membership does not change.
        guard chain.count == 1, let signed = chain.first, signed.hash == envelope.manifestHash else {
            throw VaultError.damaged
        }
        let manifest = try Manifest(decoding: signed.manifestBytes)
        let pin = try envelope.pin(openedBy: text, trusting: given, manifest: manifest, now: now())
        let trusted = try TrustedManifest(following: [signed], from: pin)
        let state = try VaultState(
            identity: text.identity, trusted: trusted, chainRoot: Digest(hashing: envelope.id.bytes))
        return Vault(store: store, state: state, bundle: envelope, now: now)
    }
}

extension Vault {
    /// Whether this is a bundle whose time is over.
    ///
    /// Asked at every reading, as an agent that has one open runs for longer. What was read before is still recorded.
    var isOver: Bool { bundle?.isOver(at: now()) ?? false }
}
