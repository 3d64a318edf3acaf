// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

@testable import CofferCrypto
@testable import CofferVault

/// A vault with an owner, an issuer and a reader of `main`, made by hand from the parts of the format: the commands that
/// add members come later, the cryptography that keeps them apart is here.
struct RoledVault {
    let store: MemoryStore
    let owner: Identity
    let issuer: Identity
    let reader: Identity
    let manifest: Manifest
    let pin: Pin

    init(changing change: (inout Manifest) -> Void = { _ in }) async throws {
        store = MemoryStore()
        owner = try Identity.generate()
        issuer = try Identity.generate()
        reader = try Identity.generate()
        let first = try Manifest.first(owner: owner.publicIdentity, name: "owner", space: "main", createdAt: 1)
        var manifest = first
        manifest.members.append(.init(identity: issuer.publicIdentity, name: "issuer", isOwner: false))
        manifest.members.append(.init(identity: reader.publicIdentity, name: "reader", isOwner: false))
        let space = first.spaces[0]
        func header(_ scope: KeyWrapping.Scope, _ generation: UInt32, _ role: Role) -> [UInt8] {
            KeyWrapping.header(
                vaultID: first.vaultID, spaceID: space.id, scope: scope, generation: generation, role: role)
        }
        let keys = try KeyWrapping.unwrap(
            space.generations[0].wraps[0].box, with: owner, header: header(.generation, 1, .owner))
        let trace = try KeyWrapping.unwrap(space.traceWraps[0].box, with: owner, header: header(.trace, 0, .owner))
        let useOnly = try keys.withExposedBytes { try SecretMemory(copying: Array($0.prefix(32))) }
        manifest.spaces[0].generations[0].wraps += [
            .init(
                member: 1, role: .issuer,
                box: try KeyWrapping.wrap(
                    keys, to: issuer.publicIdentity.encryptionKey, header: header(.generation, 1, .issuer))),
            .init(
                member: 2, role: .reader,
                box: try KeyWrapping.wrap(
                    useOnly, to: reader.publicIdentity.encryptionKey, header: header(.generation, 1, .reader))),
        ]
        manifest.spaces[0].traceWraps.append(
            .init(
                member: 1, role: .issuer,
                box: try KeyWrapping.wrap(
                    trace, to: issuer.publicIdentity.encryptionKey, header: header(.trace, 0, .issuer))))
        change(&manifest)
        self.manifest = manifest
        let signed = try SignedManifest(signing: manifest, by: owner)
        pin = Pin(vaultID: manifest.vaultID, epoch: 1, manifestHash: signed.hash)
        try await store.write(.synced) { try $0.insertManifest(signed.encoded, epoch: 1) }
    }

    func unlock(_ identity: Identity) async throws -> Vault {
        try await Vault.unlock(store, with: IdentityText(identity: identity, pin: pin), now: Sample.now)
    }
}
