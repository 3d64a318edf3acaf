// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto
import Synchronization

/// A key pair that may open spaces: a 32-byte seed and what is derived from it.
///
/// ```
/// seed ─┬─ coffer.id.x25519 → X25519 pair   (unwraps keys)
///       └─ coffer.id.ed2551 → Ed25519 pair  (signs)
/// ```
package final class Identity: Sendable {
    /// Where the seed and the secret halves lie in their block of guarded memory.
    private enum Place {
        static let seed = 0..<32
        static let encryption = seed.upperBound..<seed.upperBound + EncryptionKeyPair.secretByteCount
        static let signing = encryption.upperBound..<encryption.upperBound + SigningKeyPair.secretByteCount
        /// The seed of one half on its way.
        static let half = signing.upperBound..<signing.upperBound + 32
    }

    private let seed: SecretMemory
    let encryption: EncryptionKeyPair
    let signing: SigningKeyPair
    /// The key that was last used for what was seen of a vault.
    let seenKey = Mutex<SeenKey?>(nil)
    /// What others may know.
    package let publicIdentity: PublicIdentity

    /// The identity of a 32-byte seed.
    package init(seed: consuming SecretMemory) throws(CryptoError) {
        guard seed.byteCount == Place.seed.count else { throw .wrongSize }
        let (block, publicIdentity) = try seed.withExposedBytes { (bytes) throws(CryptoError) in
            try Self.expand(bytes)
        }
        encryption = try EncryptionKeyPair(publicIdentity.encryptionKey, secret: block.part(Place.encryption))
        signing = try SigningKeyPair(publicIdentity.signingKey, secret: block.part(Place.signing))
        self.seed = block.part(Place.seed)
        self.publicIdentity = publicIdentity
    }

    private static func expand(_ seed: UnsafeRawBufferPointer) throws(CryptoError) -> (SecretBlock, PublicIdentity) {
        var keys: PublicIdentity?
        let block = try SecretBlock(byteCount: Place.half.upperBound) { (target) throws(CryptoError) in
            let half = UnsafeMutableRawBufferPointer(rebasing: target[Place.half])
            target.copyMemory(from: seed)
            try KeyDerivation.derive(seed, Labels.identityEncryption, into: half)
            let encryptionKey = try EncryptionKeyPair.expand(
                UnsafeRawBufferPointer(half), into: UnsafeMutableRawBufferPointer(rebasing: target[Place.encryption]))
            try KeyDerivation.derive(seed, Labels.identitySigning, into: half)
            let signingKey = try SigningKeyPair.expand(
                UnsafeRawBufferPointer(half), into: UnsafeMutableRawBufferPointer(rebasing: target[Place.signing]))
            keys = PublicIdentity(encryptionKey: encryptionKey, signingKey: signingKey)
        }
        guard let keys else { throw .failed }
        return (block, keys)
    }

    /// A fresh identity.
    package static func generate() throws(CryptoError) -> Identity {
        try Identity(seed: SecretMemory.random(byteCount: 32))
    }

    /// Lends the seed, for writing it into an identity's text.
    func withExposedSeed<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try seed.withExposedBytes(body)
    }
}
