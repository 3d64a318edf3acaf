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

    /// The pair that a 32-byte seed gives (`crypto_box_seed_keypair`).
    package init(seed: borrowing SecretMemory) throws(CryptoError) {
        guard seed.byteCount == Int(crypto_box_SEEDBYTES) else { throw .wrongSize }
        var publicBytes = [UInt8](repeating: 0, count: EncryptionPublicKey.byteCount)
        let secretBytes = try unsafe seed.withExposedBytes { (seedBytes) throws(CryptoError) -> SecretMemory in
            try unsafe SecretMemory(byteCount: Int(crypto_box_SECRETKEYBYTES)) { (target) throws(CryptoError) in
                let status = unsafe crypto_box_seed_keypair(
                    &publicBytes, target.octets,
                    seedBytes.octets)
                guard status == 0 else { throw .failed }
            }
        }
        let publicKey = try EncryptionPublicKey(publicBytes)
        self.publicKey = publicKey
        secret = secretBytes
    }

    /// Opens what was wrapped to the public half.
    ///
    /// - Throws: ``CryptoError/failed`` if it was wrapped to somebody else or changed.
    package borrowing func unwrap(_ box: [UInt8]) throws(CryptoError) -> SecretMemory {
        let overhead = crypto_box_sealbytes()
        guard box.count >= overhead else { throw .failed }
        return try unsafe secret.withExposedBytes { (key) throws(CryptoError) -> SecretMemory in
            try unsafe SecretMemory(byteCount: box.count - overhead) { (target) throws(CryptoError) in
                let status = unsafe crypto_box_seal_open(
                    target.octets, box, UInt64(box.count),
                    publicKey.bytes, key.octets)
                guard status == 0 else { throw .failed }
            }
        }
    }
}
