// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// The signing key of one generation of a space, made of its seed when something is first signed.
///
/// Most processes only read, and making an Ed25519 pair costs as much as signing with it.
final class RowSigner: Sendable {
    /// A pair that several threads use at once.
    private final class Shared: Sendable {
        let pair: SigningKeyPair

        init(_ pair: consuming SigningKeyPair) { self.pair = pair }
    }

    private let seed: SecretMemory
    private let publicKey: SigningPublicKey
    private let made = Mutex<Shared?>(nil)

    init(seed: consuming SecretMemory, for publicKey: SigningPublicKey) {
        self.seed = seed
        self.publicKey = publicKey
    }

    /// Signs a message.
    ///
    /// - Throws: ``CryptoError/failed`` if the seed does not belong to the public half in the manifest: nobody would
    ///   accept what it signs.
    func sign(_ message: [UInt8]) throws(CryptoError) -> Signature {
        try shared().pair.sign(message)
    }

    private func shared() throws(CryptoError) -> Shared {
        if let ready = made.withLock({ $0 }) { return ready }
        let pair = try SigningKeyPair(seed: seed)
        guard pair.publicKey == publicKey else { throw .failed }
        let fresh = Shared(pair)
        return made.withLock { known in
            let kept = known ?? fresh
            known = kept
            return kept
        }
    }
}
