// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// A BLAKE2b-256 hash or tag: 32 bytes, compared in constant time.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
    /// The size in bytes.
    package static let byteCount = 32
    /// The digest of nothing: what a first link of a chain names as its predecessor.
    package static let zero = Digest(unchecked: [UInt8](repeating: 0, count: byteCount))

    /// The 32 bytes.
    package let bytes: [UInt8]

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Takes 32 bytes read from somewhere.
    ///
    /// - Throws: ``CryptoError/wrongSize``.
    package init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .wrongSize }
        self.bytes = bytes
    }

    /// Hashes a message (`crypto_generichash`, unkeyed).
    /// See https://doc.libsodium.org/hashing/generic_hashing
    package init(hashing message: [UInt8]) {
        Sodium.require()
        var out = [UInt8](repeating: 0, count: Self.byteCount)
        let status = unsafe crypto_generichash(&out, out.count, message, UInt64(message.count), nil, 0)
        precondition(status == 0, "hashing can't fail")
        bytes = out
    }

    /// Hashes a secret, and leaves nothing of it on the stack.
    ///
    /// For what is kept under the same seal as the secret: whoever reads a hash without a key can try secrets out.
    package init(hashingSecret message: UnsafeRawBufferPointer) {
        Sodium.require()
        var out = [UInt8](repeating: 0, count: Self.byteCount)
        let status = unsafe crypto_generichash(&out, out.count, message.octets, UInt64(message.count), nil, 0)
        Sodium.wipeStack()
        precondition(status == 0, "hashing can't fail")
        bytes = out
    }

    /// Equality in constant time (`sodium_memcmp`).
    package static func == (left: Digest, right: Digest) -> Bool {
        unsafe sodium_memcmp(left.bytes, right.bytes, byteCount) == 0
    }

    /// Lower-case hexadecimal.
    package var description: String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

extension SecretKey where Use == Hashing {
    /// The keyed hash of a message: BLAKE2b-256 under this key.
    package borrowing func tag(_ message: UnsafeRawBufferPointer) throws(CryptoError) -> Digest {
        var out = [UInt8](repeating: 0, count: Digest.byteCount)
        let status = unsafe memory.withExposedBytes { key in
            unsafe crypto_generichash(
                &out, out.count, message.octets, UInt64(message.count),
                key.octets, key.count)
        }
        Sodium.wipeStack()
        guard status == 0 else { throw .failed }
        return try Digest(out)
    }

    /// The keyed hash of an array.
    package borrowing func tag(_ message: [UInt8]) throws(CryptoError) -> Digest {
        try unsafe message.withRawBytes { (raw) throws(CryptoError) in try unsafe tag(raw) }
    }
}
