// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct JournalTests {
    private struct World {
        let store = MemoryStore()
        let vault: Vault
        let text: IdentityText
        let id = EntryID.random()
        static let count = 3

        init() async throws {
            (vault, text) = try await Sample.vault(in: store)
            for index in 0..<Self.count { try await append("event \(index)", at: UInt32(index)) }
        }

        func append(_ text: String, to other: EntryID? = nil, at index: UInt32) async throws {
            try await vault.appendJournal(
                Array(text.utf8), to: other ?? id, at: index, for: Sample.path("main/app"), reason: "step \(index)")
        }

        func read() async throws -> [String] {
            try await vault.journal(of: id, in: "main").map { String(decoding: $0, as: UTF8.self) }
        }

        func tamper(_ body: (inout [UInt32: JournalRow]) throws -> Void) rethrows {
            var rows = store.tamper { $0.journals[id, default: [:]] }
            try body(&rows)
            let changed = rows
            store.tamper { $0.journals[id] = changed }
        }
    }

    @Test func `events come back in order and each is audited`() async throws {
        let world = try await World()
        #expect(try await world.read() == ["event 0", "event 1", "event 2"])
        #expect(try await world.vault.ownAudit().map(\.reason) == ["", "step 0", "step 1", "step 2"])
        #expect(try await world.vault.journals().map(\.id) == [world.id])
        #expect(try await world.vault.journals().map(\.space) == ["main"])
    }

    @Test func `a place that is taken is refused, so that two operators can't go on with one rotation`() async throws {
        let world = try await World()
        await #expect(throws: VaultError(.conflict, "")) { try await world.append("other", at: 2) }
        #expect(try await world.read() == ["event 0", "event 1", "event 2"])
        #expect(try await world.vault.ownAudit().count == 4)
    }

    @Test func `an unknown rotation or space has no events`() async throws {
        let world = try await World()
        #expect(try await world.vault.journal(of: .random(), in: "main").isEmpty)
        #expect(try await world.vault.journal(of: world.id, in: "prod").isEmpty)
    }

    @Test func `events are sealed`() async throws {
        let world = try await World()
        let boxes = world.store.tamper { $0.journals[world.id, default: [:]].values.map(\.box) }
        for box in boxes { #expect(!String(decoding: box, as: UTF8.self).contains("event")) }
    }

    @Test func `an event with any byte changed is refused`() async throws {
        let world = try await World()
        let row = try #require(world.store.tamper { $0.journals[world.id]?[1] })
        for position in row.box.indices {
            var changed = row
            changed.box[position] ^= 0x01
            world.tamper { $0[1] = changed }
            await #expect(throws: VaultError.damaged) { _ = try await world.read() }
        }
        for position in row.signature.bytes.indices {
            var bytes = row.signature.bytes
            bytes[position] ^= 0x80
            var changed = row
            changed.signature = try Signature(bytes)
            world.tamper { $0[1] = changed }
            await #expect(throws: VaultError.damaged) { _ = try await world.read() }
        }
    }

    @Test func `swapped, dropped and repeated events are refused`() async throws {
        let world = try await World()
        let rows = world.store.tamper { $0.journals[world.id, default: [:]] }
        let (one, two) = (try #require(rows[1]), try #require(rows[2]))
        var renumbered = two
        renumbered.index = 1
        let attacks: [[UInt32: JournalRow]] = [
            [0: rows[0], 1: two, 2: one].compactMapValues { $0 },
            [0: rows[0], 1: renumbered].compactMapValues { $0 },
            [0: rows[0], 2: two].compactMapValues { $0 },
            [1: one, 2: two],
        ]
        for attack in attacks {
            world.tamper { $0 = attack }
            await #expect(throws: VaultError.damaged) { _ = try await world.read() }
        }
    }

    @Test func `a journal cut off at its end, or taken away, is refused`() async throws {
        let world = try await World()
        world.tamper { $0[2] = nil }
        await #expect(throws: VaultError.damaged) { _ = try await world.read() }
        world.tamper { $0 = [:] }
        await #expect(throws: VaultError.damaged) { _ = try await world.read() }
    }

    @Test func `an event of another rotation is refused, even under the right number`() async throws {
        let world = try await World()
        let other = EntryID.random()
        try await world.append("other 0", to: other, at: 0)
        var row = try #require(world.store.tamper { $0.journals[other]?[0] })
        world.tamper { $0[0] = row }
        await #expect(throws: VaultError.damaged) { _ = try await world.read() }
        row.id = world.id
        world.tamper { $0[0] = row }
        await #expect(throws: VaultError.damaged) { _ = try await world.read() }
    }
}
