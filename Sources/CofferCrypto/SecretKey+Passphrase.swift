// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

extension SecretKey where Use == Sealing {
    /// The size of a salt in bytes.
    package static var saltByteCount: Int { Int(crypto_pwhash_SALTBYTES) }

    /// The key that a passphrase gives: Argon2id 1.3 with one lane (`crypto_pwhash`, RFC 9106).
    ///
    /// It takes as long as `cost` says and blocks its thread meanwhile.
    ///
    /// - Parameters:
    ///   - passphrase: Its bytes, as many as there are.
    ///   - salt: ``saltByteCount`` random bytes.
    ///   - cost: Within its bounds by its type.
    /// - Returns: The key.
    /// - Throws: ``CryptoError/wrongSize`` for a salt of another size, ``CryptoError/unavailable`` if the memory is not
    ///   there.
    package static func stretching(
        _ passphrase: UnsafeRawBufferPointer, salt: [UInt8], cost: PassphraseCost
    ) throws(CryptoError) -> SecretKey {
        guard salt.count == saltByteCount else { throw .wrongSize }
        let memory = try unsafe SecretMemory(byteCount: byteCount) { (target) throws(CryptoError) in
            let status = unsafe crypto_pwhash(
                target.octets, UInt64(target.count),
                UnsafeRawPointer(passphrase.octets).assumingMemoryBound(to: CChar.self), UInt64(passphrase.count),
                salt, cost.passes, Int(cost.memoryByteCount), crypto_pwhash_ALG_ARGON2ID13)
            guard status == 0 else { throw .unavailable }
        }
        return try SecretKey(memory: memory)
    }
}
