// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Two pins on one chain, and what a removed owner makes of the older one.
@Suite struct TrustedPinsTests {
    /// Two owners; in the second manifest one of them is gone.
    private struct World {
        let staying: Identity
        let leaving: Identity
        let first: SignedManifest
        let second: SignedManifest

        init() throws {
            staying = try Identity.generate()
            leaving = try Identity.generate()
            var manifest = try Manifest.first(
                owner: staying.publicIdentity, name: "owner", space: "main", createdAt: 1)
            manifest.members.append(Manifest.Member(identity: leaving.publicIdentity, name: "other", isOwner: true))
            first = try SignedManifest(signing: manifest, by: staying)
            second = try Self.next(after: first, by: staying) { $0.members.removeLast() }
        }

        static func next(
            after previous: SignedManifest, by signer: Identity, _ change: (inout Manifest) -> Void = { _ in }
        ) throws -> SignedManifest {
            var manifest = try Manifest(decoding: previous.manifestBytes)
            manifest.epoch += 1
            manifest.previous = previous.hash
            change(&manifest)
            return try SignedManifest(signing: manifest, by: signer)
        }

        static func pin(_ link: SignedManifest) throws -> Pin {
            let manifest = try Manifest(decoding: link.manifestBytes)
            return Pin(vaultID: manifest.vaultID, epoch: manifest.epoch, manifestHash: link.hash)
        }
    }

    @Test func `either may be the newer, and one alone is enough`() throws {
        let world = try World()
        let (old, new) = (try World.pin(world.first), try World.pin(world.second))
        let chain = [world.first, world.second]
        for (own, given) in [(old, new), (new, old), (old, old), (old, nil), (nil, old)] as [(Pin?, Pin?)] {
            let from = [own, given].compactMap(\.self).contains(old) ? chain : [world.second]
            #expect(try TrustedPins(own: own, given: given).follow(from).pin == new)
        }
        #expect(try TrustedPins(own: nil, given: new).follow([world.second]).pin == new)
        #expect(throws: VaultError(.notAccepted, "")) { try TrustedPins(own: nil, given: nil) }
    }

    @Test func `a removed owner's fork is accepted from the older pin alone and refused with the newer`() throws {
        let world = try World()
        let (old, new) = (try World.pin(world.first), try World.pin(world.second))
        let forked = try World.next(after: world.first, by: world.leaving) { $0.members.removeFirst() }
        let further = try World.next(after: forked, by: world.leaving)
        // What the removal is for to be told: with the older pin nobody can know.
        #expect(try TrustedPins(own: old, given: nil).follow([world.first, forked, further]).pin.epoch == 3)
        #expect(throws: VaultError.damaged) {
            try TrustedPins(own: old, given: new).follow([world.first, forked, further])
        }
        #expect(throws: VaultError.damaged) { try TrustedPins(own: new, given: old).follow([world.first, forked]) }
        #expect(throws: VaultError.damaged) { try TrustedPins(own: World.pin(forked), given: new) }
    }

    @Test func `a vault that ends before the newer pin is refused`() throws {
        let world = try World()
        let pins = try TrustedPins(own: World.pin(world.first), given: World.pin(world.second))
        #expect(throws: VaultError.damaged) { try pins.follow([world.first]) }
    }

    @Test func `pins of two vaults are not joined`() throws {
        let (one, other) = (try World(), try World())
        #expect(throws: VaultError(.wrongIdentity, "")) {
            try TrustedPins(own: World.pin(one.first), given: World.pin(other.first))
        }
    }
}
