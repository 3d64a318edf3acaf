// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// Labelled derivation, shared by symmetric keys and identities.
package enum KeyDerivation {
    /// Keyed BLAKE2b with salt and personalisation (RFC 7693 §2.5 parameter block), into memory that the caller guards.
    ///
    /// - Parameters:
    ///   - key: The key that is derived from.
    ///   - label: What the new one is for.
    ///   - context: The message; empty where the label says all.
    ///   - target: Filled to its end.
    /// - Throws: ``CryptoError/failed`` for a size that BLAKE2b does not have.
    package static func derive(
        _ key: UnsafeRawBufferPointer, _ label: KeyLabel, context: [UInt8] = [],
        into target: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        let salt = [UInt8](repeating: 0, count: Int(crypto_generichash_blake2b_SALTBYTES))
        let status = unsafe crypto_generichash_blake2b_salt_personal(
            target.octets, target.count, context, UInt64(context.count), key.octets, key.count, salt, label.bytes)
        Sodium.wipeStack()
        guard status == 0 else { throw .failed }
    }

    static func derive(
        _ key: borrowing SecretMemory, label: KeyLabel, context: [UInt8], byteCount: Int
    ) throws(CryptoError) -> SecretMemory {
        try unsafe key.withExposedBytes { (keyBytes) throws(CryptoError) -> SecretMemory in
            try unsafe SecretMemory(byteCount: byteCount) { (target) throws(CryptoError) in
                try unsafe derive(keyBytes, label, context: context, into: target)
            }
        }
    }
}
