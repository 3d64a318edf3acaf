// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// What cryptography gives each role, with our checks left aside where they could hide it.
@Suite struct RoleTests {
    @Test func `each role opens its tiers and no more`() async throws {
        let world = try await RoledVault()
        let owner = try await world.unlock(world.owner)
        _ = try await owner.put(Sample.draft("main/app/acme"))
        let path = try Sample.path("main/app/acme")
        for (identity, role) in [(world.owner, Role.owner), (world.issuer, .issuer)] {
            let vault = try await world.unlock(identity)
            let entry = try #require(try await vault.inspect(path))
            #expect(try vault.role(for: path) == role)
            #expect(entry.use.text(16) == "access")
            #expect(entry.issue?.text(16) == "refresh")
        }
        let reader = try await world.unlock(world.reader)
        let entry = try #require(try await reader.inspect(path))
        #expect(try reader.role(for: path) == .reader)
        #expect(entry.use.text(16) == "access")
        #expect(entry.issue == nil)
    }

    @Test func `a reader's keys hold nothing of the issue tier`() async throws {
        let world = try await RoledVault()
        let space = try #require(try await world.unlock(world.reader).state.spaces["main"])
        #expect(space.current.issue == nil)
        #expect(space.trace == nil)
    }

    @Test func `a reader can't write, remove, spill or journal`() async throws {
        let world = try await RoledVault()
        let owner = try await world.unlock(world.owner)
        let entry = try await owner.put(Sample.draft("main/app/acme"))
        let reader = try await world.unlock(world.reader)
        let seen = try #require(try await reader.inspect(entry.path))
        let refused = VaultError(.notPermitted, "")
        let draft = try Sample.draft("main/app/other")
        await #expect(throws: refused) { _ = try await reader.put(draft) }
        #expect(throws: refused) { try EntryDraft(replacing: seen) }
        await #expect(throws: refused) { _ = try await reader.commit(WriteBatch(.remove, removals: [seen])) }
        #expect(throws: refused) { try reader.spill(FieldTable(), for: seen) }
        await #expect(throws: refused) {
            try await reader.appendJournal([1], to: .random(), at: 0, for: seen.path, reason: "")
        }
        #expect(try await owner.inspect(entry.path)?.version == 1)
    }

    @Test func `a row that a reader sealed with its own keys is refused`() async throws {
        let world = try await RoledVault()
        let owner = try await world.unlock(world.owner)
        let entry = try await owner.put(Sample.draft("main/app/acme"))
        let readerSpace = try #require(try await world.unlock(world.reader).state.spaces["main"])
        // The reader holds the use key: it can make a use box, but not the generation's signature.
        var row = try #require(world.store.tamper { $0.entries[entry.id] })
        var writer = CanonicalWriter(Labels.box)
        writer.fixed(world.manifest.vaultID.bytes)
        writer.fixed(row.spaceID.bytes)
        writer.integer(Tier.use.rawValue)
        writer.integer(row.generation)
        writer.fixed(row.id.bytes)
        writer.integer(row.version)
        writer.fixed(row.lookup.bytes)
        var fields = entry.use
        fields.set(16, text: "forged")
        fields.set(EntrySealing.Tag.path, text: "main/app/acme")
        fields.set(EntrySealing.Tag.kind, integer: Int64(EntryKind.connection.rawValue))
        row.useBox = try fields.encoded().withExposedBytes {
            try readerSpace.current.useBox.seal($0, associatedData: writer.bytes)
        }
        let hash = row.hash(in: world.manifest.vaultID)
        row.signature = try world.reader.signing.sign(EntryRow.signedMessage(hash))
        let forged = row
        world.store.tamper { $0.entries[forged.id] = forged }
        await #expect(throws: VaultError.damaged) { _ = try await owner.inspect(entry.path) }
    }

    @Test func `a reader's event does not vouch for a row`() async throws {
        let world = try await RoledVault()
        let owner = try await world.unlock(world.owner)
        let first = try await owner.put(Sample.draft("main/app/acme"))
        let old = try #require(world.store.tamper { $0.entries[first.id] })
        _ = try await owner.replace(first, access: "newer")
        // The reader puts the older row back and signs an event that names it as the newest.
        let forged = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .put, paths: []), after: nil, by: world.reader, owners: [],
            bindings: [AuditBinding(entryID: first.id, version: 1, rowHash: first.rowHash)], fingerprints: [],
            heads: [])
        world.store.tamper { contents in
            contents.entries[old.id] = old
            contents.writes[old.id] = [1: (forged.signer, 1)]
            contents.audit[forged.signer] = [1: (forged.hash, forged.encoded)]
        }
        let replayed = try #require(try await owner.inspect(first.path))
        await #expect(throws: VaultError.damaged) { try await owner.confirmNewest(replayed) }
    }

    @Test func `a wrap moved to another member or role opens nothing`() async throws {
        for change in Self.moves {
            let world = try await RoledVault(changing: change)
            await #expect(throws: VaultError.damaged) { _ = try await world.unlock(world.reader) }
        }
    }

    private static let moves: [@Sendable (inout Manifest) -> Void] = [
        // The issuer's wrap under the reader's index.
        { $0.spaces[0].generations[0].wraps[2].box = $0.spaces[0].generations[0].wraps[1].box },
        // The reader's own wrap with a higher role.
        { $0.spaces[0].generations[0].wraps[2].role = .issuer },
        { $0.spaces[0].generations[0].wraps[2].role = .owner },
        // In another generation or space.
        { $0.spaces[0].generations[0].number = 2 },
        { $0.spaces[0].id = .random() },
        { $0.spaces[0].generations[0].wraps[2].box.removeLast() },
    ]

    @Test func `whoever has no wrap in the newest generation is no member`() async throws {
        let world = try await RoledVault { manifest in
            var newer = manifest.spaces[0].generations[0]
            newer.number = 2
            newer.wraps = []
            manifest.spaces[0].generations.append(newer)
        }
        await #expect(throws: VaultError(.wrongIdentity, "")) { _ = try await world.unlock(world.reader) }
    }

    @Test func `a stranger and an unaccepted identity open nothing`() async throws {
        let world = try await RoledVault()
        let stranger = try Identity.generate()
        await #expect(throws: VaultError(.wrongIdentity, "")) { _ = try await world.unlock(stranger) }
        let unaccepted = IdentityText(identity: world.owner, pin: nil)
        await #expect(throws: VaultError(.notAccepted, "")) {
            _ = try await Vault.unlock(world.store, with: unaccepted, now: Sample.now)
        }
    }
}
