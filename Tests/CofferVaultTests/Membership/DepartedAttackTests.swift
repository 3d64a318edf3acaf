// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Removed members go at the rows, the events and the wraps with the keys that they kept.
@Suite struct DepartedAttackTests {
    /// An issuer is removed; its keys of before are at hand, and so is what was written before and after.
    private struct World {
        let house: Household
        let gone: Identity
        /// What it unwrapped while it was a member.
        let kept: VaultState
        let before: Entry
        let after: Entry
        let other: Vault

        init(role: Role = .issuer) async throws {
            house = try await Household()
            let text = try await house.join("gone", role)
            other = try await house.unlock(house.join("cron", .issuer))
            let vault = try await house.unlock(text)
            if role > .reader {
                before = try await vault.put(Sample.draft("main/app/acme"))
                try await vault.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
            } else {
                before = try await other.put(Sample.draft("main/app/acme"))
            }
            gone = text.identity
            kept = vault.state
            _ = try await house.owner.removeMember("gone")
            after = try await other.put(Sample.draft("main/app/later", access: "later", refresh: "later"))
        }

        var space: UnlockedSpace { get throws { try #require(kept.spaces["main"]) } }

        func head(_ sequence: UInt64) throws -> AuditHead {
            let signer = gone.publicIdentity.signingKey
            let hash = house.store.tamper { $0.audit[signer]?[sequence]?.hash }
            return AuditHead(signer: signer, sequence: sequence, hash: try #require(hash))
        }

        func row(_ entry: Entry) throws -> EntryRow { try #require(house.store.tamper { $0.entries[entry.id] }) }

        /// Puts a row, and an event of the removed member that vouches for it and knows every head, into the store.
        func plant(_ row: EntryRow, after head: AuditHead?) throws {
            let hash = row.hash(in: kept.manifest.vaultID)
            let heads = house.store.tamper { contents in
                contents.audit.compactMap { signer, events in
                    events.max { $0.key < $1.key }.map {
                        AuditHead(signer: signer, sequence: $0.key, hash: $0.value.hash)
                    }
                }
            }
            let event = try AuditEvent(
                AuditRecord(at: Sample.instant, action: .put, paths: []), after: head, by: gone, owners: [],
                bindings: [AuditBinding(entryID: row.id, version: row.version, rowHash: hash)], fingerprints: [],
                heads: heads)
            house.store.tamper { contents in
                contents.entries[row.id] = row
                contents.audit[event.signer, default: [:]][event.sequence] = (event.hash, event.encoded)
                contents.writes[row.id] = [row.version: (event.signer, event.sequence)]
            }
        }
    }

    /// Every box of a row against every key that somebody holds, in every place that it could be said to be.
    private static func opens(_ row: EntryRow, with space: UnlockedSpace) -> Bool {
        let boxes = [row.useBox] + [row.issueBox].compactMap(\.self)
        for keys in space.generations {
            for box in boxes {
                for tier in [Tier.use, .issue] {
                    for generation in 1...row.generation {
                        var data = CanonicalWriter(Labels.box)
                        data.fixed(space.vaultID.bytes)
                        data.fixed(space.id.bytes)
                        data.integer(tier.rawValue)
                        data.integer(generation)
                        data.fixed(row.id.bytes)
                        data.integer(row.version)
                        data.fixed(row.lookup.bytes)
                        if (try? keys.useBox.open(box, associatedData: data.bytes).byteCount) != nil { return true }
                        if (try? keys.issue?.box.open(box, associatedData: data.bytes).byteCount) != nil { return true }
                    }
                }
            }
        }
        return false
    }

    @Test(arguments: [Role.reader, .issuer, .owner])
    func `what is written after a removal opens with none of the removed keys`(role: Role) async throws {
        let world = try await World(role: role)
        // What it could read it has: the attack itself works.
        #expect(try Self.opens(world.row(world.before), with: world.space))
        #expect(try !Self.opens(world.row(world.after), with: world.space))
        // A new version of what it knew is as closed.
        let known = try #require(try await world.other.inspect(world.before.path))
        _ = try await world.other.replace(known, access: "newer")
        #expect(try !Self.opens(world.row(world.before), with: world.space))
    }

    @Test func `the newest manifest holds nothing that a removed member unwraps`() async throws {
        let world = try await World()
        let manifest = try Manifest(decoding: world.house.newest().manifestBytes)
        let wraps = manifest.spaces.flatMap { $0.generations.flatMap(\.wraps) + $0.traceWraps }
        #expect(wraps.count == 6)
        #expect(wraps.allSatisfy { (try? world.gone.encryption.unwrap($0.box).byteCount) == nil })
        let earlier = try #require(world.house.store.tamper { $0.manifests[2] })
        let old = try SignedManifest(decoding: earlier).claimedManifest
        let own = old.spaces[0].generations[0].wraps
        #expect(own.contains { (try? world.gone.encryption.unwrap($0.box).byteCount) != nil })
    }

    @Test func `a row that a removed issuer writes later is not confirmed`() async throws {
        let world = try await World()
        try await world.other.confirmNewest(world.before)
        let forged = try EntrySealing(space: world.space).seal(
            Sample.draft("main/app/acme", access: "forged"), id: world.before.id, version: 2)
        try world.plant(forged, after: world.kept.lastHead(in: world.house.store))
        // It opens: the old generation stands until a re-keying has gone through. Nobody acts on it.
        let seen = try #require(try await world.other.inspect(world.before.path))
        #expect(seen.use.text(16) == "forged")
        for vault in [world.other, world.house.owner] {
            await #expect(throws: VaultError.damaged) { try await vault.confirmNewest(seen) }
        }
    }

    @Test func `a removed issuer can't rewrite its chain within the bound`() async throws {
        let world = try await World()
        let forged = try EntrySealing(space: world.space).seal(
            Sample.draft("main/app/acme", access: "forged"), id: world.before.id, version: 2)
        // In the place of its first event, and of the last that counts.
        for head in [nil, try world.head(1)] {
            try world.plant(forged, after: head)
            let seen = try #require(try await world.other.inspect(world.before.path))
            await #expect(throws: VaultError.damaged) { try await world.other.confirmNewest(seen) }
        }
    }

    @Test func `a row from before a departed issuer's last write is not confirmed`() async throws {
        let house = try await Household()
        let first = try await house.owner.put(Sample.draft("main/app/acme"))
        let row = try #require(house.store.tamper { $0.entries[first.id] })
        let issuer = try await house.unlock(house.join("gone", .issuer))
        let second = try await issuer.replace(
            try #require(try await issuer.inspect(first.path)), access: "newer")
        _ = try await house.owner.removeMember("gone")
        try await house.owner.confirmNewest(second)
        house.store.tamper { contents in
            contents.entries[row.id] = row
            contents.writes[row.id]?[2] = nil
        }
        let replayed = try #require(try await house.owner.inspect(first.path))
        #expect(replayed.use.text(16) == "access")
        await #expect(throws: VaultError.damaged) { try await house.owner.confirmNewest(replayed) }
    }

    @Test func `a departed chain that was cut within the bound confirms nothing`() async throws {
        let world = try await World()
        let signer = world.gone.publicIdentity.signingKey
        world.house.store.tamper { contents in
            contents.audit[signer]?[2] = nil
        }
        await #expect(throws: VaultError.damaged) { try await world.other.confirmNewest(world.before) }
    }

    @Test func `what a removed issuer appends to its chain disturbs nobody`() async throws {
        let world = try await World()
        let own = try EntrySealing(space: world.space).seal(
            Sample.draft("main/app/own", access: "own"), id: .random(), version: 1)
        try world.plant(own, after: world.kept.lastHead(in: world.house.store))
        try await world.other.confirmNewest(world.before)
        let newer = try await world.other.replace(
            try #require(try await world.other.inspect(world.before.path)), access: "newer")
        try await world.house.owner.confirmNewest(newer)
    }

    @Test func `a row under a dropped generation is refused by everybody`() async throws {
        let world = try await World()
        let forged = try EntrySealing(space: world.space).seal(
            Sample.draft("main/app/acme", access: "forged"), id: world.before.id, version: 2)
        _ = try await world.house.owner.dropGenerations(of: "main", below: 2) { _ in }
        world.house.store.tamper { $0.entries[forged.id] = forged }
        for vault in [world.other, world.house.owner] {
            await #expect(throws: VaultError.damaged) { _ = try await vault.inspect(forged.id) }
        }
    }

    @Test func `a removed issuer can't sign a row as of the newest generation`() async throws {
        let world = try await World()
        var forged = try EntrySealing(space: world.space).seal(
            Sample.draft("main/app/acme", access: "forged"), id: world.before.id, version: 2)
        forged.generation = 2
        let hash = forged.hash(in: world.kept.manifest.vaultID)
        forged.signature = try #require(try world.space.current.issue).signing.sign(EntryRow.signedMessage(hash))
        let planted = forged
        world.house.store.tamper { $0.entries[planted.id] = planted }
        await #expect(throws: VaultError.damaged) { _ = try await world.other.inspect(planted.id) }
    }
}

extension VaultState {
    /// The newest event of the identity's chain as the store has it.
    fileprivate func lastHead(in store: MemoryStore) throws -> AuditHead {
        let signer = identity.publicIdentity.signingKey
        let last = store.tamper { $0.audit[signer]?.max { $0.key < $1.key } }
        let found = try #require(last)
        return AuditHead(signer: signer, sequence: found.key, hash: found.value.hash)
    }
}
