// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// The public halves of an identity.
package struct PublicIdentity: Hashable, Sendable {
    /// What keys are wrapped to.
    package let encryptionKey: EncryptionPublicKey
    /// What signatures are checked with.
    package let signingKey: SigningPublicKey

    /// Joins two public keys.
    package init(encryptionKey: EncryptionPublicKey, signingKey: SigningPublicKey) {
        self.encryptionKey = encryptionKey
        self.signingKey = signingKey
    }

    /// What two people compare by another channel: 64 bits in four groups of four hexadecimal digits.
    package var fingerprint: String {
        var message = CanonicalWriter(Labels.identityFingerprint)
        message.fixed(encryptionKey.bytes)
        message.fixed(signingKey.bytes)
        let digits = Array(Digest(hashing: message.bytes).description.prefix(16))
        return stride(from: 0, to: 16, by: 4).map { String(digits[$0..<$0 + 4]) }.joined(separator: "-")
    }

    // MARK: - Coding

    /// Reads both keys.
    init(reading reader: inout CanonicalReader) throws {
        encryptionKey = try EncryptionPublicKey(reader.fixed(EncryptionPublicKey.byteCount))
        signingKey = try SigningPublicKey(reader.fixed(SigningPublicKey.byteCount))
    }

    /// Writes both keys.
    func write(to writer: inout CanonicalWriter) {
        writer.fixed(encryptionKey.bytes)
        writer.fixed(signingKey.bytes)
    }
}
