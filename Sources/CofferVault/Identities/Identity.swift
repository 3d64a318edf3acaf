// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// A key pair that may open spaces: a 32-byte seed and what is derived from it.
///
/// ```
/// seed ─┬─ coffer.id.x25519 → X25519 pair   (unwraps keys)
///       └─ coffer.id.ed2551 → Ed25519 pair  (signs)
/// ```
package final class Identity: Sendable {
    private let seed: SecretMemory
    let encryption: EncryptionKeyPair
    let signing: SigningKeyPair
    /// What others may know.
    package let publicIdentity: PublicIdentity

    /// The identity of a 32-byte seed.
    package init(seed: consuming SecretMemory) throws(CryptoError) {
        guard seed.byteCount == 32 else { throw .wrongSize }
        let root = try seed.withExposedBytes { (bytes) throws(CryptoError) in try SecretKey<Deriving>(copying: bytes) }
        let encryption = try Self.seed(of: root, Labels.identityEncryption) { (half) throws(CryptoError) in
            try EncryptionKeyPair(seed: half)
        }
        let signing = try Self.seed(of: root, Labels.identitySigning) { (half) throws(CryptoError) in
            try SigningKeyPair(seed: half)
        }
        publicIdentity = PublicIdentity(encryptionKey: encryption.publicKey, signingKey: signing.publicKey)
        self.encryption = encryption
        self.signing = signing
        self.seed = seed
    }

    private static func seed<Pair: ~Copyable>(
        of root: borrowing SecretKey<Deriving>, _ label: KeyLabel,
        _ body: (borrowing SecretMemory) throws(CryptoError) -> Pair
    ) throws(CryptoError) -> Pair {
        let half: SecretKey<Deriving> = try root.derive(label, context: [])
        let memory = try half.withExposedBytes { (bytes) throws(CryptoError) in try SecretMemory(copying: bytes) }
        return try body(memory)
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
