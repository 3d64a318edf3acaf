// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// The keys of one generation of a space, as far as an identity holds them.
///
/// ```
/// use key   ─┬─ coffer.box.use    seals access tokens, static secrets, names
///            └─ coffer.lookup     hashes paths
/// issue key ─┬─ coffer.box.issue  seals client secrets, refresh tokens, where secrets are sent
///            ├─ coffer.box.jrnl   seals the journal of rotations
///            └─ coffer.box.spill  seals what could not be committed
/// signing seed ─ Ed25519 pair     signs rows; the public half stands in the manifest
/// ```
final class SpaceKeys: Sendable {
    let generation: UInt32
    let signingPublicKey: SigningPublicKey
    let useBox: SecretKey<Sealing>
    let lookup: SecretKey<Hashing>
    /// What only issuers and owners hold.
    let issue: IssueKeys?

    /// The keys of the issue tier.
    final class IssueKeys: Sendable {
        let box: SecretKey<Sealing>
        let journal: SecretKey<Sealing>
        let spill: SecretKey<Sealing>
        let signing: SigningKeyPair

        init(issueKey: borrowing SecretKey<Deriving>, signing: consuming SigningKeyPair) throws(CryptoError) {
            box = try issueKey.derive(Labels.issueBox, context: [])
            journal = try issueKey.derive(Labels.journalBox, context: [])
            spill = try issueKey.derive(Labels.spillBox, context: [])
            self.signing = signing
        }
    }

    /// Splits the unwrapped keys: `use 32` for a reader, `use 32 ‖ issue 32 ‖ signing seed 32` above.
    init(
        unwrapped keys: borrowing SecretMemory, role: Role, generation: UInt32, signingPublicKey: SigningPublicKey
    ) throws(CryptoError) {
        guard keys.byteCount == (role == .reader ? 32 : 96) else { throw .wrongSize }
        self.generation = generation
        self.signingPublicKey = signingPublicKey
        let useKey = try keys.withExposedBytes { (bytes) throws(CryptoError) in
            try SecretKey<Deriving>(copying: UnsafeRawBufferPointer(rebasing: bytes[0..<32]))
        }
        useBox = try useKey.derive(Labels.useBox, context: [])
        lookup = try useKey.derive(Labels.lookup, context: [])
        guard role > .reader else {
            issue = nil
            return
        }
        let issueKey = try keys.withExposedBytes { (bytes) throws(CryptoError) in
            try SecretKey<Deriving>(copying: UnsafeRawBufferPointer(rebasing: bytes[32..<64]))
        }
        let seed = try keys.withExposedBytes { (bytes) throws(CryptoError) in
            try SecretMemory(copying: UnsafeRawBufferPointer(rebasing: bytes[64..<96]))
        }
        let signing = try SigningKeyPair(seed: seed)
        // A seed that does not belong to the public half in the manifest would sign rows nobody accepts.
        guard signing.publicKey == signingPublicKey else { throw .failed }
        issue = try IssueKeys(issueKey: issueKey, signing: signing)
    }
}
