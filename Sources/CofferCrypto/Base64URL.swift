// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// Base64 with the URL alphabet and no padding (RFC 4648 §5), in time that depends on the length only.
///
/// libsodium's own coder, since what is coded here are identities.
/// See https://doc.libsodium.org/helpers#base64-encoding-decoding
package enum Base64URL {
    private static let variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING

    /// Encodes into guarded memory.
    package static func encode(_ bytes: borrowing SecretMemory) throws(CryptoError) -> SecretMemory {
        // The encoder also writes a terminating zero, which is not part of the text.
        let byteCount = sodium_base64_encoded_len(bytes.byteCount, variant)
        let text = try unsafe bytes.withExposedBytes { (source) throws(CryptoError) -> SecretMemory in
            try unsafe SecretMemory(byteCount: byteCount) { (target) throws(CryptoError) in
                let end = unsafe sodium_bin2base64(
                    UnsafeMutableRawPointer(target.octets).assumingMemoryBound(to: CChar.self), target.count,
                    source.octets,
                    source.count, variant)
                guard unsafe end != nil else { throw .failed }
            }
        }
        return try unsafe text.withExposedBytes { (all) throws(CryptoError) -> SecretMemory in
            try unsafe SecretMemory(copying: UnsafeRawBufferPointer(rebasing: all.dropLast()))
        }
    }

    /// Decodes a text; every character must belong to the alphabet.
    ///
    /// - Throws: ``CryptoError/failed`` for anything the encoder would not have written.
    package static func decode(_ text: UnsafeRawBufferPointer) throws(CryptoError) -> SecretMemory {
        try Sodium.initialise()
        guard text.count % 4 != 1 else { throw .failed }
        // libsodium 1.0.18 compares characters as signed ints and takes every byte above 0x7F for one of the
        // alphabet where `char` is signed.
        guard unsafe text.reduce(0, |) < 0x80 else { throw .failed }
        let byteCount = text.count / 4 * 3 + max(text.count % 4 - 1, 0)
        let decoded = try unsafe SecretMemory(byteCount: byteCount) { (target) throws(CryptoError) in
            var written = 0
            let status = unsafe sodium_base642bin(
                target.octets, target.count, UnsafeRawPointer(text.octets).assumingMemoryBound(to: CChar.self),
                text.count,
                nil, &written, nil, variant)
            guard status == 0, written == target.count else { throw .failed }
        }
        return decoded
    }
}
