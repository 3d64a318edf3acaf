// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Somebody who can write the file goes at the chain of manifests, past every check of ours on the way in.
@Suite struct ManifestAttackTests {
    /// A household with a reader and an issuer, each with the pin that it was sent.
    private struct World {
        let house: Household
        let readerText: IdentityText
        let issuerText: IdentityText
        let issuer: Vault

        init() async throws {
            house = try await Household()
            readerText = try await house.join("ci", .reader)
            issuerText = try await house.join("cron", .issuer)
            issuer = try await house.unlock(issuerText)
        }

        /// What the attacker starts from: the manifest that would follow the newest.
        func next() throws -> Manifest {
            try Manifest(decoding: house.newest().manifestBytes).successor(at: 7)
        }

        /// Everybody refuses: those who have the vault open when they write next, those who open it, by any pin.
        func expectRefusedByAll(_ comment: Comment) async throws {
            let draft = try Sample.draft("main/app/next")
            for open in [house.owner, issuer] {
                await #expect(throws: VaultError.damaged, comment) { _ = try await open.put(draft) }
            }
            for text in [house.ownerText, readerText, issuerText] {
                await #expect(throws: VaultError.damaged, comment) { _ = try await house.unlock(text) }
            }
            #expect(house.store.tamper { $0.entries.isEmpty }, comment)
        }
    }

    /// The attack that the manifest is for: a key of the attacker's own, wrapped to for the next secret.
    @Test func `a stranger who swaps in a key of its own gets no next secret`() async throws {
        let world = try await World()
        let stranger = try Identity.generate()
        var next = try world.next()
        let keys = try KeyMaterial.generation(2, of: next.spaces[0].id, in: next.vaultID)
        next.members[2].identity = stranger.publicIdentity
        next.spaces[0].generations.append(
            .init(
                number: 2, signingKey: try keys.signingKey(),
                wraps: try next.members.enumerated().map {
                    try keys.wrapped(
                        to: $1.identity, at: UInt16($0), role: $1.isOwner ? .owner : $0 == 1 ? .reader : .issuer)
                }))
        #expect(next.isWellFormed)
        try world.house.plant(next, by: stranger)
        try await world.expectRefusedByAll("signed by the stranger")
        // With the owner's key written beside the stranger's signature.
        var bytes = try SignedManifest(signing: next, by: stranger).encoded
        let key = world.house.owner.identity.publicIdentity.signingKey.bytes
        bytes.replaceSubrange(bytes.count - 96..<bytes.count - 64, with: key)
        let disguised = bytes
        world.house.store.tamper { $0.manifests[next.epoch] = disguised }
        try await world.expectRefusedByAll("in the owner's name")
    }

    @Test(arguments: ["ci", "cron"])
    func `a member who is no owner can't promote itself`(name: String) async throws {
        let world = try await World()
        let attacker = name == "ci" ? world.readerText.identity : world.issuerText.identity
        var next = try world.next()
        let index = try next.indexOfMember(name)
        next.members[index].isOwner = true
        #expect(next.isWellFormed)
        try world.house.plant(next, by: attacker)
        try await world.expectRefusedByAll("as an owner beside the owner")
        // Nor by two manifests, of which the first makes it an owner and the second is signed by one.
        try world.house.plant(next.successor(at: 8), by: attacker)
        try await world.expectRefusedByAll("with a second manifest")
    }

    @Test func `the newest manifest taken away is noticed by whoever saw it`() async throws {
        let world = try await World()
        let moved = world.issuer.pin
        #expect(moved.epoch == 3)
        world.house.store.tamper { $0.manifests[3] = nil }
        let draft = try Sample.draft("main/app/next")
        await #expect(throws: VaultError.damaged) { _ = try await world.issuer.put(draft) }
        await #expect(throws: VaultError.damaged) { _ = try await world.house.unlock(world.issuerText) }
    }

    @Test func `an older manifest replayed as the newest is refused`() async throws {
        let world = try await World()
        let old = try #require(world.house.store.tamper { $0.manifests[2] })
        // In the place of the newest, and behind it.
        let newest = try #require(world.house.store.tamper { $0.manifests[3] })
        world.house.store.tamper { $0.manifests[3] = old }
        await #expect(throws: VaultError.damaged) { _ = try await world.house.unlock(world.issuerText) }
        await #expect(throws: VaultError.damaged) { _ = try await world.house.unlock(world.readerText) }
        world.house.store.tamper { $0.manifests[3] = newest }
        world.house.store.tamper { $0.manifests[4] = old }
        try await world.expectRefusedByAll("behind the newest")
    }

    /// What a removed owner can and can't do: the first half is the limit that docs/threat-model.md states.
    @Test func `a removed owner's fork misleads an old pin and no moved one`() async throws {
        let house = try await Household()
        let secondText = try await house.join("second", .owner, spaces: nil)
        let readerText = try await house.join("ci", .reader)
        let before = try house.newest()
        let removal = try await house.owner.removeMember("second")
        #expect(removal.wasOwner)
        // The fork goes on from before the removal, as if it had never been; the rows are as they were.
        let second = secondText.identity
        let fork = try Manifest(decoding: before.manifestBytes).successor(at: 9)
        try house.plant(fork, by: second)
        // Who was never told follows it.
        let misled = try await house.unlock(readerText)
        #expect(misled.state.manifest == fork)
        // Who was given the new pin refuses it, also where the fork has become the longer chain.
        let told = IdentityText(identity: readerText.identity, pin: removal.pin)
        await #expect(throws: VaultError.damaged) { _ = try await house.unlock(told) }
        try house.plant(try fork.successor(at: 10), by: second)
        await #expect(throws: VaultError.damaged) { _ = try await house.unlock(told) }
        // So does the process of the owner who removed it.
        let draft = try Sample.draft("main/app/next")
        await #expect(throws: VaultError.damaged) { _ = try await house.owner.put(draft) }
    }

    /// Each link of both branches is well signed by one who was an owner; only the hashes tell the branches apart.
    @Test func `a manifest of one branch does not continue another`() async throws {
        let house = try await Household()
        let secondText = try await house.join("second", .owner, spaces: nil)
        let before = try house.newest()
        _ = try await house.owner.setUnauditedReading(true)
        _ = try await house.owner.setUnauditedReading(false)
        // The second owner leaves the third manifest out: its own stands there, and the first owner's fourth behind it.
        let fork = try Manifest(decoding: before.manifestBytes).successor(at: 9)
        try house.plant(fork, by: secondText.identity)
        await #expect(throws: VaultError.damaged) { _ = try await house.unlock(secondText) }
        await #expect(throws: VaultError.damaged) { _ = try await house.unlock(house.ownerText) }
    }

    @Test func `a removed owner signs nothing that follows its removal`() async throws {
        let house = try await Household()
        let secondText = try await house.join("second", .owner, spaces: nil)
        let readerText = try await house.join("ci", .reader)
        _ = try await house.owner.removeMember("second")
        var next = try Manifest(decoding: house.newest().manifestBytes).successor(at: 9)
        next.allowsUnauditedReading = true
        try house.plant(next, by: secondText.identity)
        for text in [readerText, house.ownerText] {
            await #expect(throws: VaultError.damaged) { _ = try await house.unlock(text) }
        }
    }
}
