// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
internal import Crypto

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A signature beside a message, as GitHub sends it: ECDSA on P-256 with SHA-256 (FIPS 186-5), in DER (RFC 3279 section 2.2.3), in base64.
package enum MessageSignature {
    /// What checking it comes to.
    package enum Verdict: Sendable, Equatable {
        /// Whoever has the key signed these bytes.
        case valid
        /// Nobody with that key signed these bytes.
        case wrong
        /// The text is no signature of that form.
        case unreadable
        /// The key is no public key on P-256 in PEM.
        case unusableKey
    }

    /// Checks it over the exact bytes of a message.
    package static func check(_ signature: String, of message: Secret, by pem: String) -> Verdict {
        guard let key = try? P256.Signing.PublicKey(pemRepresentation: pem) else { return .unusableKey }
        guard let der = Data(base64Encoded: signature),
            let read = try? P256.Signing.ECDSASignature(derRepresentation: der)
        else { return .unreadable }
        // Hashed where it lies: a message of megabytes with secrets in it is not copied.
        var hash = SHA256()
        message.withExposedBytes { hash.update(bufferPointer: $0) }
        return key.isValidSignature(read, for: hash.finalize()) ? .valid : .wrong
    }
}
