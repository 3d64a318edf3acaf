// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials
internal import Crypto

/// Message authentication codes (RFC 2104).
enum MessageCode {
    /// The code of a message.
    static func make(_ method: WebhookProof.Method, of message: Secret, key: Secret) -> [UInt8] {
        let key = key.withExposedBytes { SymmetricKey(data: $0) }
        return message.withExposedBytes { message in
            // Broken for collisions, which an HMAC does not rest on (RFC 6151 §2 says so of MD5); the vendor has no other.
            if method == .hmacSHA1 {
                return Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: key))
            }
            return Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
        }
    }
}
