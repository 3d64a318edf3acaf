// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

extension BundleEnvelope {
    /// Follows the parent's manifests from what an identity trusts, and confirms that the maker may hand out what is inside.
    ///
    /// - Parameters:
    ///   - text: The identity it is opened with.
    ///   - given: A pin that was given besides.
    ///   - manifest: The small vault's manifest, whose hash the envelope names.
    ///   - now: The present.
    /// - Returns: the pin of the small vault.
    /// - Throws: ``VaultError/Code/wrongIdentity``, ``VaultError/Code/expired``, ``VaultError/damaged``.
    func pin(
        openedBy text: IdentityText, trusting given: Pin?, manifest: Manifest, now: Date
    ) throws(VaultError) -> Pin {
        let pins = try TrustedPins(own: text.pin, given: given)
        guard pins.older.vaultID == parentID else {
            throw VaultError(.wrongIdentity, "this bundle comes from another vault than the identity")
        }
        guard recipient == text.identity.publicIdentity else {
            throw VaultError(.wrongIdentity, "this bundle was made for another identity")
        }
        let parent = try trustedParent(pins)
        try verifySignature()
        let spaces = parent.manifest.spaces.filter { space in manifest.spaces.contains { $0.name == space.name } }
        guard spaces.count == manifest.spaces.count,
            spaces.allSatisfy({ (parent.manifest.role(of: signer, in: $0.id) ?? .reader) > .reader })
        else {
            throw VaultError(.damaged, "whoever made this bundle may not hand out what is in it")
        }
        guard !isOver(at: now) else { throw Self.expired }
        return Pin(vaultID: id, epoch: 1, manifestHash: manifestHash)
    }

    /// The failure of one whose time is over.
    static let expired = VaultError(.expired, "this bundle has expired; have a new one made with: coffer bundle")

    /// Whether its time is over.
    func isOver(at now: Date) -> Bool { now.millisecondsSince1970 >= expiresAt }

    private func trustedParent(_ pins: TrustedPins) throws(VaultError) -> TrustedManifest {
        var chain: [SignedManifest] = []
        for bytes in parentManifests {
            let signed = try SignedManifest(decoding: bytes)
            if try Manifest(decoding: signed.manifestBytes).epoch >= pins.older.epoch { chain.append(signed) }
        }
        guard !chain.isEmpty else {
            throw VaultError(
                .wrongIdentity, "this bundle was made before the pin that is trusted here; have a new one made")
        }
        return try pins.follow(chain)
    }
}
