// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

extension SecretKey where Use == Sealing {
    /// What sealing adds to a message, in bytes: a nonce of 24 and a tag of 16.
    package static var overheadByteCount: Int {
        Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES)
    }

    /// Seals a message: XChaCha20-Poly1305 (IETF) with a random nonce, laid out `nonce ‖ ciphertext ‖ tag`.
    ///
    /// A random 24-byte nonce needs no counter: see
    /// https://doc.libsodium.org/secret-key_cryptography/aead/chacha20-poly1305/xchacha20-poly1305_construction
    ///
    /// - Parameters:
    ///   - message: The bytes to seal.
    ///   - associatedData: What the box is bound to; the same bytes are needed to open it.
    /// - Returns: The box, ``overheadByteCount`` longer than the message.
    /// - Throws: ``CryptoError/failed`` if libsodium refuses, which it does only for sizes beyond memory.
    package borrowing func seal(
        _ message: UnsafeRawBufferPointer, associatedData: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let nonce = Nonce()
        let head = Nonce.byteCount
        var box = [UInt8](repeating: 0, count: message.count + Self.overheadByteCount)
        box.replaceSubrange(0..<head, with: nonce.bytes)
        let status = unsafe memory.withExposedBytes { key in
            unsafe box.withUnsafeMutableBufferPointer { target -> Int32 in
                guard let base = target.baseAddress else { return -1 }
                return unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                    base + head, nil,
                    message.octets, UInt64(message.count),
                    associatedData, UInt64(associatedData.count), nil, nonce.bytes,
                    key.octets)
            }
        }
        guard status == 0 else { throw .failed }
        return box
    }

    /// Opens a box made by ``seal(_:associatedData:)`` into guarded memory.
    ///
    /// - Throws: ``CryptoError/failed`` for any box that this key and this data did not make.
    package borrowing func open(_ box: [UInt8], associatedData: [UInt8]) throws(CryptoError) -> SecretMemory {
        guard box.count >= Self.overheadByteCount else { throw .failed }
        let byteCount = box.count - Self.overheadByteCount
        return try unsafe memory.withExposedBytes { (key) throws(CryptoError) -> SecretMemory in
            try unsafe SecretMemory(byteCount: byteCount) { (target) throws(CryptoError) in
                try unsafe Self.open(box, associatedData, key, into: target)
            }
        }
    }

    /// Opens a box into memory that the caller wipes.
    ///
    /// - Parameters:
    ///   - box: What ``seal(_:associatedData:)`` made.
    ///   - associatedData: What it is bound to.
    ///   - target: ``overheadByteCount`` shorter than the box; zeros after a failure.
    /// - Throws: ``CryptoError/failed`` for any box that this key and this data did not make, ``CryptoError/wrongSize``
    ///   for a target of another size.
    package borrowing func open(
        _ box: [UInt8], associatedData: [UInt8], into target: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        guard box.count >= Self.overheadByteCount else { throw .failed }
        guard target.count == box.count - Self.overheadByteCount else { throw .wrongSize }
        try unsafe memory.withExposedBytes { (key) throws(CryptoError) in
            try unsafe Self.open(box, associatedData, key, into: target)
        }
    }

    private static func open(
        _ box: [UInt8], _ associatedData: [UInt8], _ key: UnsafeRawBufferPointer,
        into target: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        let head = Nonce.byteCount
        let status = unsafe box.withUnsafeBufferPointer { source -> Int32 in
            guard let base = source.baseAddress else { return -1 }
            return unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                target.octets, nil, nil,
                base + head, UInt64(source.count - head),
                associatedData, UInt64(associatedData.count), base,
                key.octets)
        }
        guard status == 0 else { throw .failed }
    }
}

/// A random nonce that can be used once: it can't be copied.
struct Nonce: ~Copyable {
    static var byteCount: Int { Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES) }

    let bytes: [UInt8]

    init() {
        bytes = RandomBytes.make(byteCount: Self.byteCount)
    }
}
