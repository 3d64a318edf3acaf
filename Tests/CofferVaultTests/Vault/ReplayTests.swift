// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// What somebody who can write the store may put back.
@Suite struct ReplayTests {
    private struct World {
        let store = MemoryStore()
        let vault: Vault
        let text: IdentityText
        let first: Entry
        let firstRow: EntryRow
        let second: Entry

        init() async throws {
            (vault, text) = try await Sample.vault(in: store)
            first = try await vault.put(Sample.draft("main/app/acme"))
            let id = first.id
            firstRow = try #require(store.tamper { $0.entries[id] })
            second = try await vault.replace(first, access: "newer")
        }
    }

    @Test func `the newest row is confirmed`() async throws {
        let world = try await World()
        try await world.vault.confirmNewest(world.second)
        let read = try #require(try await world.vault.inspect(world.first.path))
        try await world.vault.confirmNewest(read)
    }

    @Test func `an older row put back opens, and is not confirmed`() async throws {
        let world = try await World()
        world.store.tamper { $0.entries[world.firstRow.id] = world.firstRow }
        let replayed = try #require(try await world.vault.inspect(world.first.path))
        #expect(replayed.use.text(16) == "access")
        await #expect(throws: VaultError.damaged) { try await world.vault.confirmNewest(replayed) }
    }

    @Test func `a removed row put back opens, and is not confirmed`() async throws {
        let world = try await World()
        let row = try #require(world.store.tamper { $0.entries[world.first.id] })
        _ = try await world.vault.commit(WriteBatch(.remove, removals: [world.second]))
        world.store.tamper { $0.entries[row.id] = row }
        let replayed = try #require(try await world.vault.inspect(world.first.path))
        await #expect(throws: VaultError.damaged) { try await world.vault.confirmNewest(replayed) }
    }

    @Test func `without a write event nothing is confirmed`() async throws {
        let world = try await World()
        world.store.tamper { $0.writes[world.first.id] = nil }
        await #expect(throws: VaultError.damaged) { try await world.vault.confirmNewest(world.second) }
    }

    @Test func `an older row is not confirmed either when the index leads to its own event`() async throws {
        let world = try await World()
        world.store.tamper { contents in
            contents.entries[world.firstRow.id] = world.firstRow
            contents.writes[world.firstRow.id]?[2] = nil
        }
        let replayed = try #require(try await world.vault.inspect(world.first.path))
        await #expect(throws: VaultError.damaged) { try await world.vault.confirmNewest(replayed) }
    }

    @Test func `an older row is not confirmed when the newer event was taken out of its chain`() async throws {
        let world = try await World()
        let signer = world.vault.identity.publicIdentity.signingKey
        try await world.vault.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
        world.store.tamper { contents in
            contents.entries[world.firstRow.id] = world.firstRow
            contents.writes[world.firstRow.id]?[2] = nil
            contents.audit[signer]?[3] = nil
        }
        let replayed = try #require(try await world.vault.inspect(world.first.path))
        await #expect(throws: VaultError.damaged) { try await world.vault.confirmNewest(replayed) }
    }

    @Test func `an older row is not confirmed when the newer one is another issuer's`() async throws {
        let world = try await RoledVault()
        let owner = try await world.unlock(world.owner)
        let issuer = try await world.unlock(world.issuer)
        let first = try await owner.put(Sample.draft("main/app/acme"))
        let row = try #require(world.store.tamper { $0.entries[first.id] })
        try await issuer.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
        let second = try await issuer.replace(try #require(try await issuer.inspect(first.path)), access: "newer")
        try await owner.confirmNewest(second)
        try await issuer.confirmNewest(second)
        world.store.tamper { contents in
            contents.entries[row.id] = row
            contents.writes[row.id]?[2] = nil
        }
        let replayed = try #require(try await owner.inspect(first.path))
        await #expect(throws: VaultError.damaged) { try await owner.confirmNewest(replayed) }
    }

    @Test func `hundreds of events after the write don't hide one`() async throws {
        let world = try await World()
        for _ in 0..<300 {
            try await world.vault.record(AuditRecord(at: Sample.instant, action: .handOut, paths: []))
        }
        try await world.vault.confirmNewest(world.second)
        let row = try #require(world.store.tamper { $0.entries[world.second.id] })
        _ = try await world.vault.replace(world.second, access: "newest")
        // Whoever still holds what was read before is told that it changed, not that it is damaged.
        await #expect(throws: VaultError(.conflict, "")) { try await world.vault.confirmNewest(world.second) }
        world.store.tamper {
            $0.entries[row.id] = row
            $0.writes[row.id]?[3] = nil
        }
        await #expect(throws: VaultError.damaged) { try await world.vault.confirmNewest(world.second) }
    }

    @Test func `an event of a stranger confirms nothing`() async throws {
        let world = try await World()
        let stranger = try Identity.generate()
        let forged = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .put, paths: []), after: nil, by: stranger, owners: [],
            bindings: [AuditBinding(entryID: world.second.id, version: 2, rowHash: world.second.rowHash)],
            fingerprints: [], heads: [])
        world.store.tamper { contents in
            contents.audit[forged.signer] = [1: (forged.hash, forged.encoded)]
            contents.writes[world.second.id]?[2] = (forged.signer, 1)
        }
        await #expect(throws: VaultError.damaged) { try await world.vault.confirmNewest(world.second) }
    }

    @Test func `an event whose bytes were changed confirms nothing`() async throws {
        let world = try await World()
        let signer = world.vault.identity.publicIdentity.signingKey
        world.store.tamper { contents in
            for (sequence, event) in contents.audit[signer, default: [:]] {
                var bytes = event.bytes
                bytes[bytes.count - 1] ^= 1
                contents.audit[signer]?[sequence] = (event.hash, bytes)
            }
        }
        await #expect(throws: VaultError.damaged) { try await world.vault.confirmNewest(world.second) }
    }

    @Test func `a row under another id than asked for is refused`() async throws {
        let world = try await World()
        let other = try await world.vault.put(Sample.draft("main/app/other"))
        let row = try #require(world.store.tamper { $0.entries[other.id] })
        world.store.tamper { $0.entries[world.first.id] = row }
        await #expect(throws: VaultError.damaged) { _ = try await world.vault.inspect(world.first.id) }
    }

    @Test func `a vault whose manifests were taken away or exchanged does not unlock`() async throws {
        let world = try await World()
        let other = try await World()
        let foreign = try #require(other.store.tamper { $0.manifests[1] })
        world.store.tamper { $0.manifests[1] = foreign }
        await #expect(throws: VaultError(.wrongIdentity, "")) {
            _ = try await Vault.unlock(world.store, with: world.text, now: Sample.now)
        }
        world.store.tamper { $0.manifests = [:] }
        await #expect(throws: VaultError.damaged) {
            _ = try await Vault.unlock(world.store, with: world.text, now: Sample.now)
        }
    }

    @Test func `a vault is made once in a store`() async throws {
        let world = try await World()
        let identity = try Identity.generate()
        await #expect(throws: VaultError(.exists, "")) {
            _ = try await Vault.create(in: world.store, owner: identity, now: Sample.now)
        }
        _ = try await Vault.unlock(world.store, with: world.text, now: Sample.now)
    }
}
