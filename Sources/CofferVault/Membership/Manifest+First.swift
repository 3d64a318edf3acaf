// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

extension Manifest {
    /// The first manifest of a vault: one owner, one space with its first generation.
    ///
    /// - Parameters:
    ///   - owner: Whose keys everything is wrapped to.
    ///   - name: What the owner is called.
    ///   - space: The name of the first space.
    ///   - createdAt: Milliseconds since 1970.
    /// - Returns: The manifest, of epoch 1 and with fresh ids and keys; not signed yet.
    /// - Throws: ``CryptoError/unavailable`` if there is no guarded memory.
    package static func first(
        owner: PublicIdentity, name: String, space: String, createdAt: Int64
    ) throws(CryptoError) -> Manifest {
        let vaultID = VaultID.random()
        let spaceID = SpaceID.random()
        let generationKeys = try SecretMemory.random(byteCount: 96)
        let traceKeys = try SecretMemory.random(byteCount: 64)
        let seed = try generationKeys.withExposedBytes { (bytes) throws(CryptoError) in
            try SecretMemory(copying: UnsafeRawBufferPointer(rebasing: bytes[64..<96]))
        }
        let signingKey = try SigningKeyPair(seed: seed).publicKey
        func wrap(
            _ keys: borrowing SecretMemory, _ scope: KeyWrapping.Scope, _ generation: UInt32
        ) throws(CryptoError) -> Wrap {
            let header = KeyWrapping.header(
                vaultID: vaultID, spaceID: spaceID, scope: scope, generation: generation, role: .owner)
            let box = try KeyWrapping.wrap(keys, to: owner.encryptionKey, header: header)
            return Wrap(member: 0, role: .owner, box: box)
        }
        let generation = Generation(
            number: 1, signingKey: signingKey, wraps: [try wrap(generationKeys, .generation, 1)])
        return Manifest(
            vaultID: vaultID, epoch: 1, previous: .zero, createdAt: createdAt, allowsUnauditedReading: false,
            members: [Member(identity: owner, name: name, isOwner: true)],
            spaces: [
                Space(
                    id: spaceID, name: space, generations: [generation],
                    traceWraps: [try wrap(traceKeys, .trace, 0)])
            ])
    }
}
