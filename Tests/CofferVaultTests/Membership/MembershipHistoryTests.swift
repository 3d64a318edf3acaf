// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Who was a member from when until when, read back from the newest manifest.
@Suite struct MembershipHistoryTests {
    /// Four manifests: the owner alone; a guest who reads; the guest as an issuer; the owner alone.
    private struct World {
        let owner: Identity
        let guest: PublicIdentity
        let chain: [SignedManifest]
        let newest: TrustedManifest

        init() throws {
            owner = try Identity.generate()
            guest = try Identity.generate().publicIdentity
            let first = try Manifest.first(
                owner: owner.publicIdentity, name: "owner", space: "main", createdAt: 1000)
            var chain = [try SignedManifest(signing: first, by: owner)]
            let member = Manifest.Member(identity: guest, name: "guest", isOwner: false)
            for (epoch, role) in [(2, Role?.some(.reader)), (3, .issuer), (4, nil)] {
                var next = first
                next.epoch = UInt64(epoch)
                next.createdAt = Int64(epoch) * 1000
                next.previous = chain[chain.count - 1].hash
                if let role {
                    next.members.append(member)
                    next.spaces[0].generations[0].wraps.append(.init(member: 1, role: role, box: []))
                }
                chain.append(try SignedManifest(signing: next, by: owner))
            }
            self.chain = chain
            newest = try TrustedManifest(
                following: chain, from: Pin(vaultID: first.vaultID, epoch: 1, manifestHash: chain[0].hash))
        }
    }

    @Test func `stays begin and end with the manifests that say so`() throws {
        let world = try World()
        let history = try MembershipHistory(of: world.newest, chain: world.chain)
        #expect(history.manifests.map(\.epoch) == [1, 2, 3, 4])
        let guest = history.stays(of: world.guest.signingKey)
        #expect(guest.map(\.role) == [.reader, .issuer])
        #expect(guest.map(\.fromEpoch) == [2, 3])
        #expect(guest.map(\.untilEpoch) == [3, 4])
        #expect(guest.map(\.from) == [Date(timeIntervalSince1970: 2), Date(timeIntervalSince1970: 3)])
        #expect(guest.map(\.until) == [Date(timeIntervalSince1970: 3), Date(timeIntervalSince1970: 4)])
        #expect(guest.map(\.name) == ["guest", "guest"])
        let owner = history.stays(of: world.owner.publicIdentity.signingKey)
        #expect(owner.map(\.role) == [.owner])
        #expect(owner.map(\.spaceName) == ["main"])
        #expect(owner[0].untilEpoch == nil)
        #expect(owner[0].until == nil)
    }

    @Test func `a pin in the middle is followed back to the first manifest`() throws {
        let world = try World()
        let pin = Pin(vaultID: world.newest.manifest.vaultID, epoch: 3, manifestHash: world.chain[2].hash)
        let trusted = try TrustedManifest(following: Array(world.chain[2...]), from: pin)
        #expect(try MembershipHistory(of: trusted, chain: world.chain).stays.count == 3)
    }

    @Test func `an older manifest that was exchanged, dropped or moved is found`() throws {
        let world = try World()
        for index in 0..<3 {
            var forged = try Manifest(decoding: world.chain[index].manifestBytes)
            forged.createdAt += 1
            var chain = world.chain
            chain[index] = try SignedManifest(signing: forged, by: world.owner)
            #expect(throws: VaultError.damaged) { try MembershipHistory(of: world.newest, chain: chain) }
            chain = world.chain
            chain.remove(at: index)
            #expect(throws: VaultError.damaged) { try MembershipHistory(of: world.newest, chain: chain) }
            chain = world.chain
            chain.swapAt(index, index + 1)
            #expect(throws: VaultError.damaged) { try MembershipHistory(of: world.newest, chain: chain) }
        }
        #expect(throws: VaultError.damaged) { try MembershipHistory(of: world.newest, chain: []) }
        #expect(throws: VaultError.damaged) {
            try MembershipHistory(of: world.newest, chain: [world.chain[0]] + world.chain)
        }
    }
}
