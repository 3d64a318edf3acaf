// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// What a 32-byte key may be used for; a key of one use can't be passed where another is wanted.
package protocol KeyUse: Sendable {}
/// A key from which others are derived.
package enum Deriving: KeyUse {}
/// A key for authenticated encryption.
package enum Sealing: KeyUse {}
/// A key for keyed hashing.
package enum Hashing: KeyUse {}

/// A symmetric key of 32 bytes with one use.
package struct SecretKey<Use: KeyUse>: ~Copyable, Sendable {
    /// The size of every symmetric key, in bytes.
    package static var byteCount: Int { 32 }

    let memory: SecretMemory

    /// Copies 32 bytes.
    ///
    /// - Throws: ``CryptoError/wrongSize`` for any other number of bytes.
    package init(copying bytes: UnsafeRawBufferPointer) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .wrongSize }
        memory = try unsafe SecretMemory(copying: bytes)
    }

    /// Takes 32 bytes of guarded memory.
    ///
    /// - Throws: ``CryptoError/wrongSize`` for any other number of bytes.
    package init(memory: consuming SecretMemory) throws(CryptoError) {
        guard memory.byteCount == Self.byteCount else { throw .wrongSize }
        self.memory = memory
    }

    /// A fresh random key.
    package static func random() throws(CryptoError) -> SecretKey {
        try SecretKey(memory: SecretMemory.random(byteCount: byteCount))
    }

    /// Lends the key's bytes, for wrapping it under another key.
    package borrowing func withExposedBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try unsafe memory.withExposedBytes(body)
    }
}

extension SecretKey where Use == Deriving {
    /// Derives the key that `label` and `context` name.
    ///
    /// Keyed BLAKE2b with the label as personalisation (16 bytes, padded with zeros), a zero salt
    /// and the context as the message: what any BLAKE2b library can repeat; libsodium 1.0.18 has no HKDF.
    /// See https://doc.libsodium.org/hashing/generic_hashing
    package borrowing func derive<Other: KeyUse>(
        _ label: KeyLabel, context: [UInt8], as use: Other.Type = Other.self
    ) throws(CryptoError) -> SecretKey<Other> {
        try SecretKey<Other>(memory: KeyDerivation.derive(memory, label: label, context: context, byteCount: 32))
    }
}
