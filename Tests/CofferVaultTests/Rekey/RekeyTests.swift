// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// A space brought under new keys.
@Suite struct RekeyTests {
    @Test func `every entry lies under the new generation with the version and values it had`() async throws {
        let world = try await RekeyWorld(entryCount: 7)
        let before = try await world.values(world.members.owner)
        let report = try await world.owner.rekey()
        let space = try #require(report.spaces.first)
        #expect(report.isFinished)
        #expect(space.generation == 2 && space.dropped == [1] && space.entryCount == 7 && space.damaged == [])
        #expect(Set(world.rows.map(\.generation)) == [2])
        for identity in [world.members.owner, world.members.issuer] {
            #expect(try await world.values(identity) == before)
        }
        #expect(try await world.members.unlock(world.members.reader).inspectAll().count == 7)
        #expect(world.owner.state.manifest.spaces[0].generations.map(\.number) == [2])
        #expect(try await world.owner.verify().findings == [])
        for entry in try await world.owner.inspectAll() { try await world.issuer.confirmNewest(entry) }
    }

    @Test func `whoever has the vault open goes on, and an entry read before is replaced after`() async throws {
        let world = try await RekeyWorld(entryCount: 3)
        let entry = try #require(try await world.issuer.inspect(world.path(1)))
        _ = try await world.owner.rekey()
        let written = try await world.issuer.replace(entry, access: "later")
        #expect(written.version == entry.version + 1)
        #expect(try await world.owner.inspect(world.path(1))?.use.text(16) == "later")
        #expect(Set(world.rows.map(\.generation)) == [2])
    }

    @Test func `it is run again and again`() async throws {
        let world = try await RekeyWorld(entryCount: 3)
        for generation in UInt32(2)...4 {
            let report = try await world.owner.rekey(["main"])
            #expect(report.spaces.map(\.generation) == [generation])
            #expect(report.spaces.map(\.entryCount) == [3])
        }
        #expect(try await world.owner.verify().findings == [])
    }

    @Test func `only an owner may, and a space must be there`() async throws {
        let world = try await RekeyWorld(entryCount: 1)
        for identity in [world.members.issuer, world.members.reader] {
            let vault = try await world.members.unlock(identity)
            await #expect(throws: VaultError(.notPermitted, "")) { _ = try await vault.rekey() }
        }
        await #expect(throws: VaultError(.missing, "")) { _ = try await world.owner.rekey(["elsewhere"]) }
        #expect(world.owner.state.manifest.epoch == 1)
    }

    @Test func `the keys of a removed member open nothing afterwards`() async throws {
        let world = try await RekeyWorld(entryCount: 3)
        let reader = world.members.reader
        let old = try UnlockedSpace(world.members.manifest.spaces[0], of: world.members.manifest, for: reader)
        let open = { (row: EntryRow) in
            old.generations.contains { keys in
                (try? EntrySealing(space: old).open(row.useBox, keys.useBox, .use, row)) != nil
            }
        }
        #expect(world.rows.allSatisfy(open))
        let removal = try await world.owner.removeMember("reader")
        #expect(removal.begunSpaces == ["main"])
        // The removal has begun the generation: re-keying ends it and begins no other.
        let report = try await world.owner.rekey()
        #expect(report.isFinished && report.spaces.map(\.generation) == [2])
        #expect(!world.rows.contains(where: open))
        let newest = world.owner.state.manifest
        #expect(throws: VaultError(.wrongIdentity, "")) {
            _ = try UnlockedSpace(newest.spaces[0], of: newest, for: reader)
        }
        let box = try #require(newest.spaces[0].generations.first?.wraps.first?.box)
        #expect(throws: CryptoError.self) { _ = try reader.encryption.unwrap(box) }
    }

    // MARK: - What is not the newest

    @Test func `an older row that was put back is named, not signed anew, and keeps the old keys`() async throws {
        let world = try await RekeyWorld(entryCount: 4)
        let entry = try #require(try await world.owner.inspect(world.path(2)))
        let old = try #require(world.store.tamper { $0.entries[entry.id] })
        let newer = try await world.owner.replace(entry, access: "newer")
        let right = try #require(world.store.tamper { $0.entries[entry.id] })
        world.store.tamper { $0.entries[old.id] = old }
        let report = try await world.owner.rekey()
        #expect(!report.isFinished)
        #expect(report.spaces.map(\.kept) == [.damaged])
        #expect(
            report.spaces[0].damaged == [.init(place: "entry main/app/2", what: "it is not what was written last")])
        #expect(report.spaces[0].entryCount == 3)
        let kept = world.store.tamper { $0.entries[old.id] }
        #expect(kept == old)
        #expect(world.owner.state.manifest.spaces[0].generations.map(\.number) == [1, 2])
        // With the right row back, the next run ends it.
        world.store.tamper { $0.entries[right.id] = right }
        #expect(try await world.owner.rekey().isFinished)
        try await world.owner.confirmNewest(try #require(try await world.owner.inspect(world.path(2))))
        #expect(try await world.owner.inspect(world.path(2))?.version == newer.version)
    }

    @Test func `a row that is put back while re-keying is under way is not signed anew`() async throws {
        let world = try await RekeyWorld(entryCount: 6)
        let last = try #require(world.rows.sorted { $0.id.bytes.lexicographicallyPrecedes($1.id.bytes) }.last)
        // After the first batch, which follows the write that begins, somebody writes, and somebody else puts the old row
        // back.
        let store = InterposingStore(world.store, afterWrite: 2) {
            [issuer = world.issuer, store = world.store] in
            let entry = try #require(try await issuer.inspect(last.id))
            _ = try await issuer.replace(entry, access: "newer")
            store.tamper { $0.entries[last.id] = last }
        }
        let report = try await world.unlock(store).rekey(batchLength: 3)
        #expect(report.spaces.map(\.kept) == [.damaged])
        let kept = world.store.tamper { $0.entries[last.id] }
        #expect(kept == last)
    }

    @Test func `what was sealed ahead under keys that were replaced meanwhile is not written`() async throws {
        let world = try await RekeyWorld(entryCount: 12)
        let before = try await world.values(world.members.owner)
        // While the first batch is written the second is read; then another client begins a generation. Read are the number of
        // entries, and both batches.
        let other = try await world.members.unlock(world.members.owner)
        let store = InterposingStore(world.store, afterWrite: 2, andReads: 3) {
            _ = try await other.beginGeneration(of: "main")
        }
        let counted = Mutex<[Int: Int]>([:])
        let report = try await world.unlock(store).rekey(batchLength: 4) { [store = world.store] progress in
            counted.withLock { $0[progress.count] = store.tamper { $0.entries.values.count { $0.generation == 2 } } }
        }
        #expect(report.isFinished)
        // Eight rows followed the four, and none of them under the second generation.
        #expect(counted.withLock { [$0[4], $0[8], $0[12]] } == [4, 4, 4])
        #expect(world.rows.allSatisfy { $0.generation == 3 })
        #expect(try await world.values(world.members.owner) == before)
        #expect(try await world.owner.verify().findings == [])
    }

    @Test func `a row that does not open is named and kept`() async throws {
        let world = try await RekeyWorld(entryCount: 3)
        let id = try #require(try await world.owner.inspect(world.path(0))).id
        world.store.tamper { $0.entries[id]?.issueBox?[40] ^= 1 }
        let report = try await world.owner.rekey()
        #expect(report.spaces.map(\.kept) == [.damaged])
        #expect(report.spaces[0].damaged.map(\.place) == ["entry \(id)"])
        #expect(report.spaces[0].entryCount == 2)
        let generation = world.store.tamper { $0.entries[id]?.generation }
        #expect(generation == 1)
    }

    // MARK: - What keeps the old keys

    @Test func `an answer in the spill folder is sealed again with its entry`() async throws {
        let world = try await RekeyWorld(entryCount: 2)
        let entry = try #require(try await world.owner.inspect(world.path(0)))
        try world.owner.spill(entry.use, for: entry)
        let report = try await world.owner.rekey()
        #expect(report.isFinished)
        #expect(report.spaces.map(\.spillCount) == [1])
        let after = try #require(try await world.issuer.inspect(world.path(0)))
        #expect(try world.issuer.spilled(for: after) == entry.use)
    }

    @Test func `a spilled answer that does not open keeps the old keys`() async throws {
        let world = try await RekeyWorld(entryCount: 2)
        let entry = try #require(try await world.owner.inspect(world.path(0)))
        try world.store.spill.keep([0, 0, 0, 1, 0, 0, 0, 0], for: entry.id, version: entry.version)
        #expect(try await world.owner.rekey().spaces.map(\.kept) == [.spilled])
        #expect(world.owner.state.manifest.spaces[0].generations.map(\.number) == [1, 2])
        try world.store.spill.forget(entry.id, version: entry.version)
        #expect(try await world.owner.rekey().isFinished)
    }

    @Test func `a refresh that began before keeps the old keys until it has ended`() async throws {
        let world = try await RekeyWorld(entryCount: 2)
        let entry = try #require(try await world.owner.inspect(world.path(0)))
        let lock = try #require(try world.store.tryLock(entry.id))
        #expect(try await world.owner.rekey(wait: .zero).spaces.map(\.kept) == [.refreshing])
        // While it is waited for, it ends: its answer could not be committed and was spilled under the old keys.
        let clock = SteppingClock { [store = world.store, members = world.members] nap in
            guard nap == 1 else { return }
            let fields = entry.use
            if let space = try? UnlockedSpace(members.manifest.spaces[0], of: members.manifest, for: members.owner),
                let answer = try? SpilledAnswer(sealing: fields, for: entry.id, version: entry.version, in: space)
            {
                try? store.spill.keep(answer.encoded, for: entry.id, version: entry.version)
            }
            lock.release()
        }
        let report = try await world.owner.rekey(wait: .seconds(5), clock: clock)
        #expect(report.isFinished)
        #expect(report.spaces.map(\.spillCount) == [1])
        #expect(clock.naps.count == 2)
        let after = try #require(try await world.owner.inspect(world.path(0)))
        #expect(try world.owner.spilled(for: after) == entry.use)
    }

    @Test func `journals are sealed again, and a rotation goes on`() async throws {
        let world = try await RekeyWorld(entryCount: 1)
        let id = EntryID.random()
        for index in UInt32(0)..<3 {
            try await world.owner.appendJournal([UInt8(index)], to: id, at: index, for: world.path(0), reason: "")
        }
        let report = try await world.owner.rekey()
        #expect(report.spaces.map(\.journalCount) == [3])
        #expect(report.isFinished)
        try await world.issuer.appendJournal([3], to: id, at: 3, for: world.path(0), reason: "")
        #expect(try await world.owner.journal(of: id, in: "main") == [[0], [1], [2], [3]])
        #expect(try await world.owner.rekey().spaces.map(\.journalCount) == [4])
        #expect(try await world.issuer.journal(of: id, in: "main") == [[0], [1], [2], [3]])
        #expect(try await world.owner.verify().findings == [])
    }

    @Test func `a journal whose end was cut off keeps the old keys`() async throws {
        let world = try await RekeyWorld(entryCount: 1)
        let id = EntryID.random()
        for index in UInt32(0)..<3 {
            try await world.owner.appendJournal([UInt8(index)], to: id, at: index, for: world.path(0), reason: "")
        }
        world.store.tamper { $0.journals[id]?[2] = nil }
        let report = try await world.owner.rekey()
        #expect(report.spaces.map(\.kept) == [.damaged])
        #expect(report.spaces[0].damaged.first?.place.hasPrefix("journal of rotation r-") == true)
    }
}
