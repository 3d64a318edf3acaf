// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Testing

extension VaultStoreConformance {
    func rowsArePagedInTheOrderOfTheirIds() async throws {
        let store = try await make()
        let rows = try (0..<7).map { try Self.row(generation: $0 < 4 ? 1 : 2) }
        let elsewhere = try Self.row(space: .random())
        try await store.write(.synced) { transaction in
            for row in rows { try transaction.insert(row) }
            try transaction.insert(elsewhere)
        }
        let sorted = rows.sorted { $0.id.bytes.lexicographicallyPrecedes($1.id.bytes) }
        func pages(_ page: @escaping @Sendable (any StoreReading, EntryID?) throws -> [EntryRow]) async throws
            -> [EntryRow]
        {
            var found: [EntryRow] = []
            while true {
                let last = found.last?.id
                let next = try await store.read { try page($0, last) }
                #expect(next.count <= 2)
                if next.isEmpty { return found }
                found += next
            }
        }
        #expect(try await pages { try $0.rows(space: Self.space, after: $1, limit: 2) } == sorted)
        #expect(
            try await pages { try $0.rows(space: Self.space, olderThan: 2, after: $1, limit: 2) }
                == sorted.filter { $0.generation == 1 })
        #expect(try await store.read { try $0.rows(space: Self.space, after: nil, limit: 0) } == [])
        #expect(try await store.read { try $0.entryCount(space: Self.space) } == 7)
        #expect(try await store.read { try $0.entryCount(space: .random()) } == 0)
    }

    func theOldestGenerationIsThatOfRowsAndJournals() async throws {
        let store = try await make()
        #expect(try await store.read { try $0.oldestGeneration(space: Self.space) } == nil)
        let row = try Self.row(generation: 3)
        let journal = try Self.journalRow(.random(), 0, generation: 2)
        let elsewhere = try Self.row(space: .random(), generation: 1)
        try await store.write(.synced) { transaction in
            try transaction.insert(row)
            try transaction.insert(elsewhere)
        }
        #expect(try await store.read { try $0.oldestGeneration(space: Self.space) } == 3)
        try await store.write(.synced) { try $0.append(journal) }
        #expect(try await store.read { try $0.oldestGeneration(space: Self.space) } == 2)
        #expect(try await store.read { try $0.journalRows(space: Self.space, olderThan: 3, limit: 9) } == [journal])
        #expect(try await store.read { try $0.journalRows(space: Self.space, olderThan: 2, limit: 9) } == [])
        #expect(try await store.read { try $0.journalRows(space: Self.space, olderThan: 3, limit: 0) } == [])
    }

    func aRowIsExchangedOnlyForTheOneThatWasRead() async throws {
        let store = try await make()
        let old = try Self.row()
        let other = try Self.row()
        try await store.write(.synced) { transaction in
            try transaction.insert(old)
            try transaction.insert(other)
        }
        let new = try Self.row(old.id, generation: 2)
        for change in [
            { $0.generation = 9 }, { $0.signature = try Signature([UInt8](repeating: 7, count: 64)) },
        ] as [(inout EntryRow) throws -> Void] {
            var changed = old
            try change(&changed)
            let seen = changed
            #expect(try await store.write(.synced) { try $0.exchange(new, for: seen) } == false)
        }
        #expect(try await store.read { try $0.row(id: old.id) } == old)
        #expect(try await store.write(.synced) { try $0.exchange(new, for: old) })
        #expect(try await store.read { try $0.row(id: old.id) } == new)
        #expect(try await store.read { try $0.row(space: Self.space, lookup: old.lookup) } == nil)
        #expect(try await store.read { try $0.row(space: Self.space, lookup: new.lookup) } == new)
        #expect(try await store.write(.synced) { try $0.exchange(new, for: old) } == false)
        // The version has gone on: who sealed again what he read before has lost.
        let written = try Self.row(old.id, lookup: new.lookup, version: 2, generation: 2)
        try await store.write(.synced) { try $0.replace(written, expecting: 1) }
        #expect(try await store.write(.synced) { try $0.exchange(new, for: new) } == false)
        try await store.write(.synced) { try $0.remove(old.id, expecting: 2) }
        #expect(try await store.write(.synced) { try $0.exchange(new, for: new) } == false)
        let taking = try Self.row(other.id, lookup: written.lookup)
        try await store.write(.synced) { try $0.insert(written) }
        await #expect(throws: VaultError(.exists, "")) {
            _ = try await store.write(.synced) { try $0.exchange(taking, for: other) }
        }
        let jump = try Self.row(other.id, version: 2)
        await #expect(throws: VaultError(.conflict, "")) {
            _ = try await store.write(.synced) { try $0.exchange(jump, for: other) }
        }
    }

    func aWriteThatBindsAVersionAgainIsTheNewest() async throws {
        let store = try await make()
        let identity = try Identity.generate()
        let id = EntryID.random()
        let first = try Self.event(
            by: identity, binding: [AuditBinding(entryID: id, version: 1, rowHash: try Self.digest())])
        let head = AuditHead(signer: first.signer, sequence: 1, hash: first.hash)
        let second = try Self.event(
            after: head, by: identity, binding: [AuditBinding(entryID: id, version: 1, rowHash: try Self.digest())])
        try await store.write(.synced) { try $0.append(first) }
        try await store.write(.synced) { try $0.append(second) }
        #expect(try await store.read { try $0.newestWrite(of: id) } == second.encoded)
    }

    func onlyTheHashOfTheEventThatLiesThereIsPutBesideIt() async throws {
        let store = try await make()
        let identity = try Identity.generate()
        let event = try Self.event(by: identity)
        let other = try Self.event(by: identity)
        try await store.write(.synced) { try $0.append(event) }
        for given in [event, other, try Self.event(by: Identity.generate())] {
            try await store.write(.synced) { try $0.index(given) }
            let stored = try await store.read { try $0.storedEvents(of: event.signer, from: 1, limit: 9) }
            #expect(stored == [StoredEvent(sequence: 1, hash: event.hash, bytes: event.encoded)])
        }
    }

    func journalRowsAreReplacedInTheirPlaces() async throws {
        let store = try await make()
        let first = EntryID.random()
        let second = EntryID.random()
        let rows = try [Self.journalRow(first, 0), Self.journalRow(second, 0), Self.journalRow(first, 1)]
        for row in rows { try await store.write(.synced) { try $0.append(row) } }
        let again = try [Self.journalRow(first, 1, generation: 2), Self.journalRow(first, 0, generation: 2)]
        try await store.write(.synced) { try $0.replaceJournal(again) }
        #expect(try await store.read { try $0.journal(of: first) } == [again[1], again[0]])
        #expect(try await store.read { try $0.journalBeginnings(space: Self.space).map(\.id) } == [first, second])
        let missing = try [Self.journalRow(second, 0, generation: 2), Self.journalRow(second, 1, generation: 2)]
        await #expect(throws: VaultError(.conflict, "")) {
            try await store.write(.synced) { try $0.replaceJournal(missing) }
        }
        #expect(try await store.read { try $0.journal(of: second) } == [rows[1]])
        try await store.write(.synced) { try $0.removeJournal(of: first) }
        try await store.write(.synced) { try $0.removeJournal(of: first) }
        #expect(try await store.read { try $0.journal(of: first) } == [])
        #expect(try await store.read { try $0.journalBeginnings(space: Self.space).map(\.id) } == [second])
    }

    static func journalRow(_ id: EntryID, _ index: UInt32, generation: UInt32 = 1) throws -> JournalRow {
        JournalRow(
            id: id, index: index, spaceID: space, generation: generation, box: RandomBytes.make(byteCount: 40),
            signature: try Signature(RandomBytes.make(byteCount: 64)))
    }
}
