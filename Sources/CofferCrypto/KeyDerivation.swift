// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// Labelled derivation, shared by symmetric keys and identities.
enum KeyDerivation {
    /// Keyed BLAKE2b with salt and personalisation (RFC 7693 §2.5 parameter block).
    static func derive(
        _ key: borrowing SecretMemory, label: KeyLabel, context: [UInt8], byteCount: Int
    ) throws(CryptoError) -> SecretMemory {
        let salt = [UInt8](repeating: 0, count: Int(crypto_generichash_blake2b_SALTBYTES))
        return try unsafe key.withExposedBytes { (keyBytes) throws(CryptoError) -> SecretMemory in
            try unsafe SecretMemory(byteCount: byteCount) { (target) throws(CryptoError) in
                let status = unsafe crypto_generichash_blake2b_salt_personal(
                    target.octets, target.count,
                    context, UInt64(context.count),
                    keyBytes.octets, keyBytes.count,
                    salt, label.bytes)
                Sodium.wipeStack()
                guard status == 0 else { throw .failed }
            }
        }
    }
}
