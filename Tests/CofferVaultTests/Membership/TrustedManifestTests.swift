// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

/// What somebody who can write the file, but has no owner's seed, may put there.
@Suite struct TrustedManifestTests {
    private struct World {
        let owner: Identity
        let first: Manifest
        let signed: SignedManifest

        init() throws {
            owner = try Identity.generate()
            first = try Manifest.first(owner: owner.publicIdentity, name: "owner", space: "main", createdAt: 1)
            signed = try SignedManifest(signing: first, by: owner)
        }

        var pin: Pin { Pin(vaultID: first.vaultID, epoch: first.epoch, manifestHash: signed.hash) }

        /// The next manifest, with a change.
        func next(
            after previous: SignedManifest, by signer: Identity, _ change: (inout Manifest) -> Void = { _ in }
        ) throws -> SignedManifest {
            var manifest = try Manifest(decoding: previous.manifestBytes)
            manifest.epoch += 1
            manifest.previous = previous.hash
            change(&manifest)
            return try SignedManifest(signing: manifest, by: signer)
        }
    }

    private static func member(_ identity: Identity, isOwner: Bool = false) -> Manifest.Member {
        Manifest.Member(identity: identity.publicIdentity, name: "guest", isOwner: isOwner)
    }

    @Test func `the pinned manifest is trusted`() throws {
        let world = try World()
        let trusted = try TrustedManifest(following: [world.signed], from: world.pin)
        #expect(trusted.manifest == world.first)
        #expect(trusted.pin == world.pin)
    }

    @Test func `the pin moves to the newest descendant`() throws {
        let world = try World()
        let second = try world.next(after: world.signed, by: world.owner)
        let third = try world.next(after: second, by: world.owner)
        let trusted = try TrustedManifest(following: [world.signed, second, third], from: world.pin)
        #expect(trusted.pin.epoch == 3)
        #expect(trusted.pin.manifestHash == third.hash)
        // And from there, without what came before.
        #expect(try TrustedManifest(following: [third], from: trusted.pin).manifest == trusted.manifest)
    }

    @Test func `a vault without the pinned manifest is refused`() throws {
        let world = try World()
        let second = try world.next(after: world.signed, by: world.owner)
        let newer = Pin(vaultID: world.first.vaultID, epoch: 2, manifestHash: second.hash)
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [], from: world.pin) }
        // An older manifest that was put back: the chain is shorter than the pin.
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [world.signed], from: newer) }
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [second], from: world.pin) }
    }

    @Test func `a successor signed by a stranger is refused`() throws {
        let world = try World()
        let stranger = try Identity.generate()
        let forged = try world.next(after: world.signed, by: stranger) {
            $0.members.append(Self.member(stranger, isOwner: true))
        }
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [world.signed, forged], from: world.pin) }
    }

    @Test func `a member who is no owner can't promote itself`() throws {
        let world = try World()
        let reader = try Identity.generate()
        let second = try world.next(after: world.signed, by: world.owner) { $0.members.append(Self.member(reader)) }
        let forged = try world.next(after: second, by: reader) { $0.members[1].isOwner = true }
        #expect(try TrustedManifest(following: [world.signed, second], from: world.pin).manifest.members.count == 2)
        #expect(throws: VaultError.damaged) {
            try TrustedManifest(following: [world.signed, second, forged], from: world.pin)
        }
    }

    @Test func `an owner added by an owner may sign, and after its removal may not`() throws {
        let world = try World()
        let second = try Identity.generate()
        let added = try world.next(after: world.signed, by: world.owner) {
            $0.members.append(Self.member(second, isOwner: true))
        }
        let byNew = try world.next(after: added, by: second)
        let removed = try world.next(after: byNew, by: world.owner) { $0.members.removeLast() }
        let fork = try world.next(after: removed, by: second)
        let chain = [world.signed, added, byNew, removed]
        #expect(try TrustedManifest(following: chain, from: world.pin).pin.epoch == 4)
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: chain + [fork], from: world.pin) }
        // Whoever has seen the removal is not led to a fork from before it.
        let seen = Pin(vaultID: world.first.vaultID, epoch: 4, manifestHash: removed.hash)
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [fork], from: seen) }
    }

    @Test func `a departed identity stays departed`() throws {
        let world = try World()
        let gone = Manifest.Departed(
            identity: try Identity.generate().publicIdentity, name: "gone", isOwner: false, removedAtEpoch: 2,
            lastSequence: 0, lastHash: .zero, roles: [])
        let removed = try world.next(after: world.signed, by: world.owner) { $0.departed = [gone] }
        let kept = try world.next(after: removed, by: world.owner)
        let back = try world.next(after: removed, by: world.owner) {
            $0.departed = []
            $0.members.append(Manifest.Member(identity: gone.identity, name: "gone", isOwner: false))
        }
        _ = try TrustedManifest(following: [world.signed, removed, kept], from: world.pin)
        #expect(throws: VaultError.damaged) {
            try TrustedManifest(following: [world.signed, removed, back], from: world.pin)
        }
    }

    @Test func `an owner changes nothing of who departed, and lowers a bound only with a restoration`() throws {
        let world = try World()
        let gone = Manifest.Departed(
            identity: try Identity.generate().publicIdentity, name: "gone", isOwner: false, removedAtEpoch: 2,
            lastSequence: 7, lastHash: Digest(hashing: [7]),
            roles: [.init(spaceID: world.first.spaces[0].id, role: .issuer)])
        let removed = try world.next(after: world.signed, by: world.owner) { $0.departed = [gone] }
        func follows(_ change: (inout Manifest) -> Void) throws -> Bool {
            let next = try world.next(after: removed, by: world.owner, change)
            return (try? TrustedManifest(following: [world.signed, removed, next], from: world.pin)) != nil
        }
        func bound(_ sequence: UInt64) -> (inout Manifest) -> Void {
            { manifest in
                manifest.departed[0].lastSequence = sequence
                manifest.departed[0].lastHash = sequence == 0 ? .zero : Digest(hashing: [UInt8(sequence)])
            }
        }
        func restoring(at epoch: UInt64, _ change: @escaping (inout Manifest) -> Void) -> (inout Manifest) -> Void {
            { manifest in
                manifest.restoration = .init(at: 1, epoch: epoch, heads: [])
                change(&manifest)
            }
        }
        #expect(try follows { _ in })
        #expect(try follows(restoring(at: 3) { _ in }))
        for lower in [UInt64(0), 6] {
            #expect(try !follows(bound(lower)))
            #expect(try follows(restoring(at: 3, bound(lower))))
        }
        #expect(try !follows(bound(8)))
        #expect(try !follows(restoring(at: 3, bound(8))))
        // A restoration that says it was one earlier would be none that anybody saw begin.
        #expect(try !follows(restoring(at: 2) { _ in }))
        for change: (inout Manifest) -> Void in [
            { $0.departed[0].name = "other" }, { $0.departed[0].isOwner = true }, { $0.departed[0].roles = [] },
            { $0.departed[0].lastHash = Digest(hashing: [8]) }, { $0.departed[0].removedAtEpoch = 3 },
            { $0.departed[0].roles[0].role = .reader },
        ] {
            #expect(try !follows(change))
            #expect(try !follows(restoring(at: 3, change)))
        }
    }

    @Test func `a restoration that happened is not forgotten`() throws {
        let world = try World()
        let restored = try world.next(after: world.signed, by: world.owner) {
            $0.restoration = .init(at: 1, epoch: 2, heads: [])
        }
        let later = try world.next(after: restored, by: world.owner)
        _ = try TrustedManifest(following: [world.signed, restored, later], from: world.pin)
        for change: (inout Manifest) -> Void in [{ $0.restoration = nil }, { $0.restoration?.at = 2 }] {
            let next = try world.next(after: restored, by: world.owner, change)
            #expect(throws: VaultError.damaged) {
                try TrustedManifest(following: [world.signed, restored, next], from: world.pin)
            }
        }
    }

    @Test func `the pin vouches for the manifest it names, and signatures for those after it`() throws {
        let world = try World()
        let second = try world.next(after: world.signed, by: world.owner)
        func unsigned(_ manifest: SignedManifest) throws -> SignedManifest {
            var bytes = manifest.encoded
            bytes[bytes.count - 1] ^= 0x01
            return try SignedManifest(decoding: bytes)
        }
        let pinned = try unsigned(world.signed)
        #expect(try TrustedManifest(following: [pinned, second], from: world.pin).pin.epoch == 2)
        #expect(throws: VaultError.damaged) {
            try TrustedManifest(following: [pinned, unsigned(second)], from: world.pin)
        }
    }

    @Test func `an owner's key in a stranger's signature does not help`() throws {
        let world = try World()
        let stranger = try Identity.generate()
        let forged = try world.next(after: world.signed, by: stranger)
        // The stored form names the signer: the stranger writes the owner's key there.
        var bytes = forged.encoded
        bytes.replaceSubrange(bytes.count - 96..<bytes.count - 64, with: world.owner.publicIdentity.signingKey.bytes)
        let disguised = try SignedManifest(decoding: bytes)
        #expect(throws: VaultError.damaged) {
            try TrustedManifest(following: [world.signed, disguised], from: world.pin)
        }
    }

    @Test func `an unsigned or changed manifest is refused`() throws {
        let world = try World()
        let second = try world.next(after: world.signed, by: world.owner)
        let bytes = second.encoded
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 0x01
            #expect(throws: VaultError.damaged) {
                try TrustedManifest(following: [world.signed, SignedManifest(decoding: changed)], from: world.pin)
            }
        }
        for length in 0..<bytes.count {
            #expect(throws: VaultError.damaged) { try SignedManifest(decoding: Array(bytes.prefix(length))) }
        }
    }

    @Test func `a swapped key in the pinned manifest is refused`() throws {
        let world = try World()
        let stranger = try Identity.generate()
        var swapped = world.first
        swapped.members[0].identity = stranger.publicIdentity
        let forged = try SignedManifest(signing: swapped, by: stranger)
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [forged], from: world.pin) }
    }

    @Test func `the manifest of another vault is refused`() throws {
        let world = try World()
        let other = try World()
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [other.signed], from: world.pin) }
        let moved = try world.next(after: world.signed, by: world.owner) { $0.vaultID = other.first.vaultID }
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [world.signed, moved], from: world.pin) }
    }

    @Test(arguments: [UInt64(0), 1, 3, .max])
    func `an epoch that does not follow is refused`(epoch: UInt64) throws {
        let world = try World()
        let second = try world.next(after: world.signed, by: world.owner) { $0.epoch = epoch }
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [world.signed, second], from: world.pin) }
    }

    @Test func `the last epoch there is has no successor`() throws {
        let world = try World()
        var last = world.first
        last.epoch = .max
        let signed = try SignedManifest(signing: last, by: world.owner)
        let pin = Pin(vaultID: last.vaultID, epoch: .max, manifestHash: signed.hash)
        let wrapped = try SignedManifest(
            signing: {
                var next = last
                next.epoch = 1
                next.previous = signed.hash
                return next
            }(), by: world.owner)
        #expect(try TrustedManifest(following: [signed], from: pin).pin == pin)
        #expect(throws: VaultError.damaged) { try TrustedManifest(following: [signed, wrapped], from: pin) }
    }
}
