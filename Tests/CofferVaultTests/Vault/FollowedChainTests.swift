// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

/// An open vault follows each chain once, and still misses nothing that was written under an id.
@Suite struct FollowedChainTests {
    private struct World {
        let members: RoledVault
        let owner: Vault
        let issuer: Vault
        /// Written by the owner first, and by the issuer after it.
        let first: Entry
        let second: Entry

        init() async throws {
            members = try await RoledVault()
            owner = try await members.unlock(members.owner)
            issuer = try await members.unlock(members.issuer)
            first = try await owner.put(Sample.draft("main/app/first"))
            second = try await issuer.put(Sample.draft("main/app/second"))
            for vault in [owner, issuer] { for _ in 0..<5 { try await Self.note(vault) } }
        }

        static func note(_ vault: Vault) async throws {
            try await vault.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
        }

        /// Takes away every event of both chains but the writes themselves and the ends.
        func forgetMiddles() {
            let signers = [members.owner, members.issuer].map(\.publicIdentity.signingKey)
            members.store.tamper { contents in
                for signer in signers {
                    contents.audit[signer] = contents.audit[signer]?.filter { $0.key < 2 || $0.key > 5 }
                }
            }
        }
    }

    @Test func `what was followed once is not read again by this process`() async throws {
        let world = try await World()
        try await world.owner.confirmNewest(world.first)
        try await world.owner.confirmNewest(world.second)
        world.forgetMiddles()
        for entry in [world.first, world.second, world.first] { try await world.owner.confirmNewest(entry) }
        // Another reads all, and misses what is gone.
        let another = try await world.members.unlock(world.members.owner)
        await #expect(throws: VaultError.damaged) { try await another.confirmNewest(world.first) }
    }

    @Test(arguments: [false, true])
    func `a write behind what was followed is seen`(isForeign: Bool) async throws {
        let world = try await World()
        for entry in [world.second, world.first] { try await world.owner.confirmNewest(entry) }
        let row = try #require(world.members.store.tamper { $0.entries[world.first.id] })
        let writer = isForeign ? world.issuer : world.owner
        let present = try #require(try await writer.inspect(world.first.path))
        let newer = try await writer.replace(present, access: "newer")
        try await World.note(world.issuer)
        try await world.owner.confirmNewest(newer)
        try await world.owner.confirmNewest(world.second)
        world.members.store.tamper { contents in
            contents.entries[row.id] = row
            contents.writes[row.id]?[2] = nil
        }
        for vault in [world.owner, world.issuer, try await world.members.unlock(world.members.owner)] {
            await #expect(throws: VaultError.damaged) { try await vault.confirmNewest(world.first) }
        }
    }

    @Test func `an event that was exchanged for another behind what was followed is damage, and no lasting one`()
        async throws
    {
        let world = try await World()
        try await world.owner.confirmNewest(world.first)
        try await World.note(world.issuer)
        let signer = world.members.issuer.publicIdentity.signingKey
        let kept = world.members.store.tamper { $0.audit[signer] }
        world.members.store.tamper { contents in
            var bytes = contents.audit[signer]?[7]?.bytes ?? []
            bytes[bytes.count - 1] ^= 1
            contents.audit[signer]?[7]?.bytes = bytes
        }
        await #expect(throws: VaultError.damaged) { try await world.owner.confirmNewest(world.first) }
        world.members.store.tamper { $0.audit[signer] = kept }
        try await world.owner.confirmNewest(world.first)
    }

    @Test func `an earlier head is followed up to what is known already`() async throws {
        let world = try await World()
        let later = try await world.owner.put(Sample.draft("main/app/later"))
        try await World.note(world.owner)
        try await world.owner.confirmNewest(later)
        try await world.owner.confirmNewest(world.first)
        try await world.owner.confirmNewest(world.second)
        let moved = try await world.issuer.replace(
            try #require(try await world.issuer.inspect(world.first.path)), access: "newer")
        try await world.owner.confirmNewest(moved)
        try await world.owner.confirmNewest(later)
    }
}
