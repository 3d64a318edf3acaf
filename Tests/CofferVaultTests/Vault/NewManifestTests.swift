// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Testing

@testable import CofferVault

@Suite("A manifest that comes while a vault is open")
struct NewManifestTests {
    private static let path = "main/key"

    /// The next manifest, signed by the owner: `change` and the epoch.
    private func move(
        _ world: RoledVault, from manifest: Manifest, _ change: (inout Manifest) -> Void
    ) async throws -> Manifest {
        var next = manifest
        next.epoch += 1
        next.previous = try SignedManifest(signing: manifest, by: world.owner).hash
        change(&next)
        let signed = try SignedManifest(signing: next, by: world.owner)
        try await world.store.write(.synced) { [next] in try $0.insertManifest(signed.encoded, epoch: next.epoch) }
        return next
    }

    @Test func `is taken before the next read and the next write`() async throws {
        let world = try await RoledVault()
        let vault = try await world.unlock(world.issuer)
        _ = try await move(world, from: world.manifest) { $0.allowsUnauditedReading = true }
        let path = try CredentialPath(Self.path)
        _ = try await vault.commit(WriteBatch(.put, drafts: [EntryDraft(path, kind: .secret, use: FieldTable())]))
        #expect(vault.pin.epoch == 2)
        _ = try await move(world, from: vault.state.manifest) { $0.allowsUnauditedReading = false }
        #expect(try await vault.inspect(path)?.version == 1)
        #expect(vault.pin.epoch == 3)
    }

    @Test func `ends the access of whoever is not in it`() async throws {
        let world = try await RoledVault()
        let vault = try await world.unlock(world.reader)
        _ = try await move(world, from: world.manifest) { next in
            next.members.removeLast()
            next.spaces[0].generations[0].wraps.removeLast()
        }
        await #expect(throws: VaultError(.wrongIdentity, "")) { try await vault.inspectAll() }
    }

    @Test func `is refused if no owner signed it`() async throws {
        let world = try await RoledVault()
        let vault = try await world.unlock(world.reader)
        var next = world.manifest
        next.epoch = 2
        next.previous = try SignedManifest(signing: world.manifest, by: world.owner).hash
        let forged = try SignedManifest(signing: next, by: world.issuer)
        try await world.store.write(.synced) { try $0.insertManifest(forged.encoded, epoch: 2) }
        await #expect(throws: VaultError.damaged) { try await vault.inspectAll() }
        #expect(vault.pin.epoch == 1)
    }
}
