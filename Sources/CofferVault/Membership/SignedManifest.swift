// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// A manifest with its owner's signature, as it is stored; not verified yet.
///
/// ```
/// manifest (length u32 ‖ bytes) ‖ signer's Ed25519 key 32 ‖ signature 64
/// ```
package struct SignedManifest: Sendable, Equatable {
    /// The canonical bytes of the manifest.
    let manifestBytes: [UInt8]
    let signer: SigningPublicKey
    let signature: Signature

    /// Signs a manifest.
    package init(signing manifest: Manifest, by owner: Identity) throws(CryptoError) {
        try self.init(signing: manifest.encoded, by: owner)
    }

    /// Signs what is encoded: a manifest, or what lies in the place of one.
    init(signing bytes: [UInt8], by owner: Identity) throws(CryptoError) {
        manifestBytes = bytes
        signer = owner.publicIdentity.signingKey
        signature = try owner.signing.sign(Self.message(manifestBytes))
    }

    /// Reads the stored form.
    ///
    /// - Throws: ``VaultError/damaged``.
    package init(decoding bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        manifestBytes = try reader.variable()
        let signerBytes = try reader.fixed(SigningPublicKey.byteCount)
        let signatureBytes = try reader.fixed(Signature.byteCount)
        try reader.finish()
        guard let signer = try? SigningPublicKey(signerBytes), let signature = try? Signature(signatureBytes) else {
            throw .damaged
        }
        self.signer = signer
        self.signature = signature
    }

    /// The stored form.
    package var encoded: [UInt8] {
        var writer = CanonicalWriter()
        writer.variable(manifestBytes)
        writer.fixed(signer.bytes)
        writer.fixed(signature.bytes)
        return writer.bytes
    }

    /// What a pin and the next manifest name.
    package var hash: Digest { Digest(hashing: manifestBytes) }

    func verifySignature() throws(VaultError) {
        do { try signer.verify(signature, of: Self.message(manifestBytes)) } catch { throw .damaged }
    }

    private static func message(_ manifestBytes: [UInt8]) -> [UInt8] {
        var writer = CanonicalWriter(Labels.manifestSignature)
        writer.variable(manifestBytes)
        return writer.bytes
    }
}

extension SignedManifest {
    /// The vault it says it is of, before anything is verified: good enough to say "another vault".
    package var claimedVaultID: VaultID {
        get throws(VaultError) { try Manifest(decoding: manifestBytes).vaultID }
    }

    /// What it says before anything is verified: good enough to name somebody.
    var claimedManifest: Manifest {
        get throws(VaultError) { try Manifest(decoding: manifestBytes) }
    }
}
