// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Keys on their way into wraps: those of one generation of a space, or the space's trace keys.
///
/// ```
/// generation: use key 32 ‖ issue key 32 ‖ Ed25519 seed 32; a reader gets the first 32 bytes
/// trace:      use tier 32 ‖ issue tier 32
/// ```
final class KeyMaterial {
    private let vaultID: VaultID
    private let spaceID: SpaceID
    private let scope: KeyWrapping.Scope
    /// The number of the generation, 0 for trace keys.
    private let generation: UInt32
    private let keys: SecretMemory

    private init(
        _ vaultID: VaultID, _ spaceID: SpaceID, _ scope: KeyWrapping.Scope, _ generation: UInt32,
        keys: consuming SecretMemory
    ) {
        self.vaultID = vaultID
        self.spaceID = spaceID
        self.scope = scope
        self.generation = generation
        self.keys = keys
    }

    /// Fresh keys of a generation.
    static func generation(
        _ number: UInt32, of spaceID: SpaceID, in vaultID: VaultID
    ) throws(CryptoError) -> KeyMaterial {
        KeyMaterial(vaultID, spaceID, .generation, number, keys: try SecretMemory.random(byteCount: 96))
    }

    /// Fresh trace keys.
    static func trace(of spaceID: SpaceID, in vaultID: VaultID) throws(CryptoError) -> KeyMaterial {
        KeyMaterial(vaultID, spaceID, .trace, 0, keys: try SecretMemory.random(byteCount: 64))
    }

    /// Unwraps what an owner holds of a generation, or of the trace keys where that is nil.
    ///
    /// - Throws: ``VaultError/Code/notPermitted`` if nothing is wrapped to it, ``VaultError/damaged``.
    static func held(
        _ generation: Manifest.Generation?, of space: Manifest.Space, in manifest: Manifest, by owner: Identity
    ) throws(VaultError) -> KeyMaterial {
        let scope = generation == nil ? KeyWrapping.Scope.trace : .generation
        let wraps = generation?.wraps ?? space.traceWraps
        guard let member = manifest.members.firstIndex(where: { $0.identity == owner.publicIdentity }),
            let wrap = wraps.first(where: { Int($0.member) == member }), wrap.role == .owner
        else {
            throw VaultError(.notPermitted, "this identity does not hold the keys of space \(space.name)")
        }
        let number = generation?.number ?? 0
        let header = KeyWrapping.header(
            vaultID: manifest.vaultID, spaceID: space.id, scope: scope, generation: number, role: wrap.role)
        do {
            return KeyMaterial(
                manifest.vaultID, space.id, scope, number,
                keys: try KeyWrapping.unwrap(wrap.box, with: owner, header: header))
        } catch {
            throw .damaged
        }
    }

    /// The public half of the generation's signing key.
    func signingKey() throws(CryptoError) -> SigningPublicKey {
        let seed = try keys.withExposedBytes { (bytes) throws(CryptoError) in
            guard bytes.count == 96 else { throw .wrongSize }
            return try SecretMemory(copying: UnsafeRawBufferPointer(rebasing: bytes[64..<96]))
        }
        return try SigningKeyPair(seed: seed).publicKey
    }

    /// Wraps to a member what a role holds.
    ///
    /// - Throws: ``CryptoError/failed`` for a key that nothing can be wrapped to.
    func wrapped(
        to identity: PublicIdentity, at member: UInt16, role: Role
    ) throws(CryptoError) -> Manifest.Wrap {
        let header = KeyWrapping.header(
            vaultID: vaultID, spaceID: spaceID, scope: scope, generation: generation, role: role)
        let box: [UInt8]
        if role == .reader {
            let useKey = try keys.withExposedBytes { (bytes) throws(CryptoError) in
                try SecretMemory(copying: UnsafeRawBufferPointer(rebasing: bytes[0..<32]))
            }
            box = try KeyWrapping.wrap(useKey, to: identity.encryptionKey, header: header)
        } else {
            box = try KeyWrapping.wrap(keys, to: identity.encryptionKey, header: header)
        }
        return Manifest.Wrap(member: member, role: role, box: box)
    }
}
