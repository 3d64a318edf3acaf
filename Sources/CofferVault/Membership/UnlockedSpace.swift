// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

/// A space with the keys that an identity holds for it.
final class UnlockedSpace: Sendable {
    let id: SpaceID
    let name: String
    let vaultID: VaultID
    let role: Role
    /// Every generation that can be opened, oldest first; the last one is written with.
    let generations: [SpaceKeys]
    let trace: TraceKeys?

    var current: SpaceKeys { generations[generations.count - 1] }

    /// Unwraps what `manifest` holds for `identity` in `space`.
    ///
    /// - Throws: ``VaultError/Code/wrongIdentity`` if nothing is wrapped to it.
    init(_ space: Manifest.Space, of manifest: Manifest, for identity: Identity) throws(VaultError) {
        let stranger = VaultError(.wrongIdentity, "this identity is not a member of the vault")
        guard let member = manifest.members.firstIndex(where: { $0.identity == identity.publicIdentity }) else {
            throw stranger
        }
        var opened: [SpaceKeys] = []
        var role = Role.reader
        do {
            for generation in space.generations {
                guard let wrap = generation.wraps.first(where: { Int($0.member) == member }) else { continue }
                let header = KeyWrapping.header(
                    vaultID: manifest.vaultID, spaceID: space.id, scope: .generation,
                    generation: generation.number, role: wrap.role)
                opened.append(
                    try SpaceKeys(
                        unwrapping: wrap, header: header, with: identity, generation: generation.number,
                        signingPublicKey: generation.signingKey))
                role = wrap.role
            }
            if let wrap = space.traceWraps.first(where: { Int($0.member) == member }) {
                let header = KeyWrapping.header(
                    vaultID: manifest.vaultID, spaceID: space.id, scope: .trace, generation: 0, role: wrap.role)
                trace = TraceKeys(wrapped: wrap.box, header: header, for: identity)
            } else {
                trace = nil
            }
        } catch {
            throw .damaged
        }
        // Without the newest generation it was a member once: it must not write with keys that were replaced.
        guard let newest = opened.last, newest.generation == space.generations.last?.number else { throw stranger }
        id = space.id
        name = space.name
        vaultID = manifest.vaultID
        self.role = role
        generations = opened
    }

    /// The lookup hash of a path in one generation.
    func lookup(_ path: String, in keys: SpaceKeys) throws(VaultError) -> Digest {
        do { return try keys.lookup.tag(Array(path.utf8)) } catch { throw .damaged }
    }
}
