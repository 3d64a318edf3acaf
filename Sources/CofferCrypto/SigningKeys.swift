// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// An Ed25519 signature: 64 bytes.
package struct Signature: Hashable, Sendable {
    /// The size in bytes.
    package static let byteCount = 64
    /// The 64 bytes.
    package let bytes: [UInt8]

    /// Takes 64 bytes.
    ///
    /// - Throws: ``CryptoError/wrongSize``.
    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .wrongSize }
        self.bytes = bytes
    }
}

/// The public half of an Ed25519 pair.
package struct SigningPublicKey: Hashable, Sendable {
    /// The size in bytes.
    package static let byteCount = 32
    /// The 32 bytes.
    package let bytes: [UInt8]

    /// Takes 32 bytes.
    ///
    /// - Throws: ``CryptoError/wrongSize``.
    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .wrongSize }
        self.bytes = bytes
    }

    /// Checks a signature (`crypto_sign_verify_detached`, RFC 8032 Ed25519).
    ///
    /// - Throws: ``CryptoError/failed``.
    package func verify(_ signature: Signature, of message: [UInt8]) throws(CryptoError) {
        if VerifiedSignatures.shared.contains(signature, of: message, by: self) { return }
        try Sodium.initialise()
        guard unsafe crypto_sign_verify_detached(signature.bytes, message, UInt64(message.count), bytes) == 0 else {
            throw .failed
        }
        VerifiedSignatures.shared.insert(signature, of: message, by: self)
    }
}

/// An Ed25519 pair whose secret half stays in guarded memory.
package struct SigningKeyPair: ~Copyable, Sendable {
    /// The size of a seed in bytes.
    package static var seedByteCount: Int { Int(crypto_sign_SEEDBYTES) }
    /// The public half.
    package let publicKey: SigningPublicKey
    private let secret: SecretMemory

    /// The size of the secret half in bytes.
    package static var secretByteCount: Int { Int(crypto_sign_SECRETKEYBYTES) }

    /// The pair that a 32-byte seed gives.
    package init(seed: borrowing SecretMemory) throws(CryptoError) {
        let pair = try unsafe SecretBlock.pair(seed: seed, byteCount: Self.secretByteCount) {
            (seed, target) throws(CryptoError) in try unsafe Self.expand(seed, into: target)
        }
        try self.init(pair.publicKey, secret: pair.secret.part(0..<Self.secretByteCount))
    }

    /// Joins what ``expand(_:into:)`` gave.
    package init(_ publicKey: SigningPublicKey, secret: consuming SecretMemory) throws(CryptoError) {
        guard secret.byteCount == Self.secretByteCount else { throw .wrongSize }
        self.publicKey = publicKey
        self.secret = secret
    }

    /// Writes the secret half of the pair that a 32-byte seed gives (`crypto_sign_seed_keypair`) into guarded memory.
    ///
    /// - Returns: the public half.
    /// - Throws: ``CryptoError/wrongSize``.
    package static func expand(
        _ seed: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) -> SigningPublicKey {
        guard seed.count == seedByteCount, target.count == secretByteCount else { throw .wrongSize }
        var publicBytes = [UInt8](repeating: 0, count: SigningPublicKey.byteCount)
        guard unsafe crypto_sign_seed_keypair(&publicBytes, target.octets, seed.octets) == 0 else { throw .failed }
        return try SigningPublicKey(publicBytes)
    }

    /// Signs a message.
    package borrowing func sign(_ message: [UInt8]) throws(CryptoError) -> Signature {
        var out = [UInt8](repeating: 0, count: Signature.byteCount)
        let status = unsafe secret.withExposedBytes { key in
            unsafe crypto_sign_detached(
                &out, nil, message, UInt64(message.count), key.octets)
        }
        guard status == 0 else { throw .failed }
        let signature = try Signature(out)
        // Whoever writes a row reads it back again and again.
        VerifiedSignatures.shared.insert(signature, of: message, by: publicKey)
        return signature
    }
}
