// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// The public half of an X25519 pair: what something is wrapped to.
package struct EncryptionPublicKey: Hashable, Sendable {
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

    /// Wraps a message so that only the secret half opens it (`crypto_box_seal`).
    /// See https://doc.libsodium.org/public-key_cryptography/sealed_boxes
    package func wrap(_ message: UnsafeRawBufferPointer) throws(CryptoError) -> [UInt8] {
        try Sodium.initialise()
        var box = [UInt8](repeating: 0, count: message.count + crypto_box_sealbytes())
        let status = unsafe crypto_box_seal(
            &box, message.octets, UInt64(message.count), bytes)
        guard status == 0 else { throw .failed }
        return box
    }

    /// Wraps an array.
    package func wrap(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        try unsafe message.withRawBytes { (raw) throws(CryptoError) in try unsafe wrap(raw) }
    }
}

/// An X25519 pair whose secret half stays in guarded memory.
package struct EncryptionKeyPair: ~Copyable, Sendable {
    /// The public half.
    package let publicKey: EncryptionPublicKey
    private let secret: SecretMemory

    /// The size of the secret half in bytes.
    package static var secretByteCount: Int { Int(crypto_box_SECRETKEYBYTES) }

    /// The pair that a 32-byte seed gives.
    package init(seed: borrowing SecretMemory) throws(CryptoError) {
        let pair = try unsafe SecretBlock.pair(seed: seed, byteCount: Self.secretByteCount) {
            (seed, target) throws(CryptoError) in try unsafe Self.expand(seed, into: target)
        }
        try self.init(pair.publicKey, secret: pair.secret.part(0..<Self.secretByteCount))
    }

    /// Joins what ``expand(_:into:)`` gave.
    package init(_ publicKey: EncryptionPublicKey, secret: consuming SecretMemory) throws(CryptoError) {
        guard secret.byteCount == Self.secretByteCount else { throw .wrongSize }
        self.publicKey = publicKey
        self.secret = secret
    }

    /// Writes the secret half of the pair that a 32-byte seed gives (`crypto_box_seed_keypair`) into guarded memory.
    ///
    /// - Returns: the public half.
    /// - Throws: ``CryptoError/wrongSize``.
    package static func expand(
        _ seed: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) -> EncryptionPublicKey {
        guard seed.count == Int(crypto_box_SEEDBYTES), target.count == secretByteCount else { throw .wrongSize }
        var publicBytes = [UInt8](repeating: 0, count: EncryptionPublicKey.byteCount)
        guard unsafe crypto_box_seed_keypair(&publicBytes, target.octets, seed.octets) == 0 else { throw .failed }
        return try EncryptionPublicKey(publicBytes)
    }

    /// Opens what was wrapped to the public half.
    ///
    /// - Throws: ``CryptoError/failed`` if it was wrapped to somebody else or changed.
    package borrowing func unwrap(_ box: [UInt8]) throws(CryptoError) -> SecretMemory {
        let byteCount = box.count - Self.overheadByteCount
        guard byteCount >= 0 else { throw .failed }
        return try unsafe secret.withExposedBytes { (key) throws(CryptoError) -> SecretMemory in
            try unsafe SecretMemory(byteCount: byteCount) { (target) throws(CryptoError) in
                try unsafe unwrap(box, key, into: target)
            }
        }
    }

    /// Opens what was wrapped to the public half, into guarded memory that is there already.
    ///
    /// - Parameters:
    ///   - box: What was wrapped.
    ///   - target: ``overheadByteCount`` shorter than the box.
    /// - Throws: ``CryptoError/failed`` if it was wrapped to somebody else or changed, ``CryptoError/wrongSize``.
    package borrowing func unwrap(_ box: [UInt8], into target: UnsafeMutableRawBufferPointer) throws(CryptoError) {
        guard target.count == box.count - Self.overheadByteCount else { throw .wrongSize }
        try unsafe secret.withExposedBytes { (key) throws(CryptoError) in
            try unsafe unwrap(box, key, into: target)
        }
    }

    private borrowing func unwrap(
        _ box: [UInt8], _ key: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        let status = unsafe crypto_box_seal_open(
            target.octets, box, UInt64(box.count), publicKey.bytes, key.octets)
        guard status == 0 else { throw .failed }
    }

    /// What wrapping adds to a message, in bytes.
    package static var overheadByteCount: Int { crypto_box_sealbytes() }
}
