// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// What makes a small vault in a file a bundle: who made it from which vault, for whom, and until when.
///
/// It is signed by an issuer or owner of the vault it comes from, and carries that vault's manifests, so that whoever it is
/// for can follow them from the pin in its identity. The field table is in docs/vault-format.md.
package struct BundleEnvelope: Sendable, Equatable {
    /// More than any vault's chain of manifests needs, in bytes; a longer one is refused before it is read.
    static let limitBytes = 64 << 20

    /// The vault that the contents come from.
    package let parentID: VaultID
    /// The bundle's own id: that of the small vault.
    package let id: VaultID
    /// When it was made, in milliseconds since 1970.
    package let madeAt: Int64
    /// When it stops being opened, in milliseconds since 1970.
    package let expiresAt: Int64
    /// Whom it is for.
    package let recipient: PublicIdentity
    /// The hash of the small vault's only manifest.
    package let manifestHash: Digest
    /// The parent's signed manifests, in the stored form, up to the newest when it was made.
    package let parentManifests: [[UInt8]]
    /// Who made it.
    package let signer: SigningPublicKey
    private var signature: Signature

    /// Signs an envelope.
    ///
    /// - Throws: ``CryptoError``.
    init(
        parentID: VaultID, id: VaultID, madeAt: Int64, expiresAt: Int64, recipient: PublicIdentity,
        manifestHash: Digest, parentManifests: [[UInt8]], by maker: Identity
    ) throws(CryptoError) {
        self.parentID = parentID
        self.id = id
        self.madeAt = madeAt
        self.expiresAt = expiresAt
        self.recipient = recipient
        self.manifestHash = manifestHash
        self.parentManifests = parentManifests
        signer = maker.publicIdentity.signingKey
        signature = try Signature([UInt8](repeating: 0, count: Signature.byteCount))
        signature = try maker.signing.sign(message)
    }

    /// Checks the maker's signature.
    ///
    /// - Throws: ``VaultError/damaged``.
    func verifySignature() throws(VaultError) {
        do { try signer.verify(signature, of: message) } catch { throw .damaged }
    }

    private var message: [UInt8] {
        var writer = CanonicalWriter(Labels.bundleSignature)
        writer.variable(unsigned)
        return writer.bytes
    }

    // MARK: - Coding

    private var unsigned: [UInt8] {
        var writer = CanonicalWriter(Labels.bundle)
        writer.fixed(parentID.bytes)
        writer.fixed(id.bytes)
        writer.integer(madeAt)
        writer.integer(expiresAt)
        writer.fixed(recipient.encryptionKey.bytes)
        writer.fixed(recipient.signingKey.bytes)
        writer.fixed(manifestHash.bytes)
        writer.integer(UInt32(parentManifests.count))
        for manifest in parentManifests { writer.variable(manifest) }
        writer.fixed(signer.bytes)
        return writer.bytes
    }

    /// The stored form: the signed bytes and the signature.
    package var encoded: [UInt8] { unsigned + signature.bytes }

    /// Reads the stored form; the signature is not checked yet.
    ///
    /// - Throws: ``VaultError/damaged``.
    package init(decoding bytes: [UInt8]) throws(VaultError) {
        guard bytes.count <= Self.limitBytes else { throw .damaged }
        var reader = CanonicalReader(bytes)
        do {
            try reader.label(Labels.bundle)
            parentID = try VaultID(reader.fixed(VaultID.byteCount))
            id = try VaultID(reader.fixed(VaultID.byteCount))
            madeAt = try reader.integer()
            expiresAt = try reader.integer()
            recipient = PublicIdentity(
                encryptionKey: try EncryptionPublicKey(reader.fixed(EncryptionPublicKey.byteCount)),
                signingKey: try SigningPublicKey(reader.fixed(SigningPublicKey.byteCount)))
            manifestHash = try Digest(reader.fixed(Digest.byteCount))
            var manifests: [[UInt8]] = []
            for _ in 0..<(try reader.integer(UInt32.self)) { manifests.append(try reader.variable()) }
            parentManifests = manifests
            signer = try SigningPublicKey(reader.fixed(SigningPublicKey.byteCount))
            signature = try Signature(reader.fixed(Signature.byteCount))
            try reader.finish()
        } catch {
            throw .damaged
        }
    }
}
