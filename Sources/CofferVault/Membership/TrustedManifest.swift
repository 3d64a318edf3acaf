// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// A manifest that descends from an identity's pin: the only kind that keys are taken from.
package struct TrustedManifest: Sendable {
    /// The newest manifest.
    package let manifest: Manifest
    /// The pin moved forward to it.
    package let pin: Pin

    /// Follows the chain from the pinned manifest to the newest.
    ///
    /// First the pinned one must have the hash in the pin. That covers all that it says, so its signature could say
    /// no more and is not looked at, and nothing is taken from its signer (`verify` looks at both). Then each must name the one before by hash,
    /// count one further, belong to the same vault, be signed by an owner of the one before, and keep
    /// what the one before says of the past: who departed, and what was restored. A stranger with access to the file
    /// can't make such a link, nor can a reader promote itself, nor an owner shorten another's record unseen.
    ///
    /// - Parameters:
    ///   - chain: The stored manifests from the pin's epoch on, in order.
    ///   - pin: What the identity trusts.
    /// - Throws: ``VaultError/damaged``; ``VaultError/Code/moved`` if an owner has marked the vault as moved.
    package init(following chain: [SignedManifest], from pin: Pin) throws(VaultError) {
        guard let first = chain.first, first.hash == pin.manifestHash else { throw .damaged }
        var current = try Manifest(decoding: first.manifestBytes)
        guard current.epoch == pin.epoch, current.vaultID == pin.vaultID else { throw .damaged }
        var hash = first.hash
        for link in chain.dropFirst() {
            try link.verifySignature()
            if let mark = try MoveMark(reading: link.manifestBytes) {
                guard mark.follows(pin.vaultID, current.epoch, hash), current.isOwned(by: link.signer) else {
                    throw .damaged
                }
                throw mark.refusal
            }
            let next = try Manifest(decoding: link.manifestBytes)
            guard next.vaultID == pin.vaultID, next.epoch > current.epoch, next.epoch - current.epoch == 1,
                next.previous == hash,
                current.isOwned(by: link.signer), next.keepsPast(of: current)
            else { throw .damaged }
            current = next
            hash = link.hash
        }
        manifest = current
        self.pin = Pin(vaultID: pin.vaultID, epoch: current.epoch, manifestHash: hash)
    }
}
