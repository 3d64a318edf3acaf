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
        var manifest = Manifest(
            vaultID: .random(), epoch: 1, previous: .zero, createdAt: createdAt, allowsUnauditedReading: false,
            members: [Member(identity: owner, name: name, isOwner: true)], spaces: [])
        try manifest.appendSpace(space)
        return manifest
    }

    /// Appends a space with fresh keys that are wrapped to every owner.
    mutating func appendSpace(_ name: String) throws(CryptoError) {
        let id = SpaceID.random()
        let keys = try KeyMaterial.generation(1, of: id, in: vaultID)
        let trace = try KeyMaterial.trace(of: id, in: vaultID)
        var generation = Generation(number: 1, signingKey: try keys.signingKey(), wraps: [])
        var traceWraps: [Wrap] = []
        for (index, member) in members.enumerated() where member.isOwner {
            generation.wraps.append(try keys.wrapped(to: member.identity, at: UInt16(index), role: .owner))
            traceWraps.append(try trace.wrapped(to: member.identity, at: UInt16(index), role: .owner))
        }
        spaces.append(Space(id: id, name: name, generations: [generation], traceWraps: traceWraps))
    }
}
