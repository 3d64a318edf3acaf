// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// The text form of an identity's public half: what somebody sends to an owner who is to add it.
///
/// ```
/// coffer-public-1 ‖ base64url( X25519 key 32 ‖ Ed25519 key 32 ‖ signature 64 ‖ check 4 )
/// ```
///
/// The signature, by the Ed25519 key over both, shows that one seed stands behind both keys: nobody can
/// have another's signing key joined to an encryption key of his own. That the text is the right person's, only the
/// fingerprint shows, compared by another channel.
package struct PublicIdentityText: Sendable, Equatable {
    /// What the text starts with.
    package static let prefix = "coffer-public-1"
    private static let form = CheckedText(prefix: prefix, name: "a public identity")

    /// The public keys.
    package let identity: PublicIdentity
    private let signature: Signature

    /// The public half of an identity.
    package init(of identity: Identity) throws(VaultError) {
        self.identity = identity.publicIdentity
        do {
            signature = try identity.signing.sign(Self.message(identity.publicIdentity))
        } catch {
            throw VaultError(.unreadable, "the public identity could not be signed")
        }
    }

    /// Reads the text; white space around it is ignored.
    ///
    /// - Throws: ``VaultError/Code/invalidIdentity``.
    package init(reading text: String) throws(VaultError) {
        var reader = CanonicalReader(try Self.form.read(text))
        do {
            identity = try PublicIdentity(reading: &reader)
            signature = try Signature(reader.fixed(Signature.byteCount))
            try reader.finish()
            try identity.signingKey.verify(signature, of: Self.message(identity))
        } catch {
            throw Self.form.refused
        }
    }

    /// The text, one line without an end of line.
    package func written() throws(VaultError) -> String {
        var writer = CanonicalWriter()
        identity.write(to: &writer)
        writer.fixed(signature.bytes)
        return try Self.form.write(writer.bytes)
    }

    private static func message(_ identity: PublicIdentity) -> [UInt8] {
        var writer = CanonicalWriter(Labels.publicIdentity)
        identity.write(to: &writer)
        return writer.bytes
    }
}
