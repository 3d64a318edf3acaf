// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Testing

extension VaultStoreConformance {
    private static func ordered(_ ids: [EntryID]) -> [EntryID] {
        ids.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    func theIndexOfWritesIsPaged() async throws {
        let store = try await make()
        let identity = try Identity.generate()
        let signer = identity.publicIdentity.signingKey
        let ids = Self.ordered([.random(), .random()])
        #expect(try await store.read { try $0.bindingCount() } == 0)
        // The first event writes two entries, the second one of them again, the third the same version of it once more.
        let written: [[(EntryID, UInt64)]] = [[(ids[1], 1), (ids[0], 1)], [(ids[1], 2)], [(ids[1], 2)]]
        var head: AuditHead?
        for writes in written {
            let bindings = try writes.map {
                AuditBinding(entryID: $0.0, version: $0.1, rowHash: try Self.digest())
            }
            let event = try Self.event(after: head, by: identity, binding: bindings)
            try await store.write(.synced) { try $0.append(event) }
            head = AuditHead(signer: event.signer, sequence: event.sequence, hash: event.hash)
        }
        let places: [(EntryID, UInt64, UInt64)] = [(ids[0], 1, 1), (ids[1], 1, 1), (ids[1], 2, 3)]
        let expected = places.map { id, version, sequence in
            StoredBinding(entryID: id, version: version, signer: signer, sequence: sequence)
        }
        let other = try await reopen(store)
        #expect(try await other.read { try $0.bindingCount() } == 3)
        #expect(try await other.read { try $0.bindings(after: nil, limit: 9) } == expected)
        #expect(try await other.read { try $0.bindings(after: nil, limit: 2) } == Array(expected.prefix(2)))
        #expect(try await other.read { try $0.bindings(after: expected[0], limit: 9) } == Array(expected.dropFirst()))
        #expect(try await other.read { try $0.bindings(after: expected[2], limit: 9) } == [])
        #expect(try await other.read { try $0.bindings(after: nil, limit: 0) } == [])
        #expect(try await other.read { try $0.binding(of: ids[1], version: 2) } == expected[2])
        #expect(try await other.read { try $0.binding(of: ids[0], version: 2) } == nil)
        #expect(try await other.read { try $0.binding(of: .random(), version: 1) } == nil)
        let second = StoredBinding(entryID: ids[1], version: 2, signer: signer, sequence: 2)
        let new = StoredBinding(entryID: ids[0], version: 2, signer: signer, sequence: 2)
        try await store.write(.synced) { transaction in
            try transaction.bind(second)
            try transaction.bind(new)
        }
        let named = [expected[0], new, expected[1], second]
        #expect(try await other.read { try $0.bindings(after: nil, limit: 9) } == named)
    }

    func keysAreFoundInEverySpace() async throws {
        let store = try await make()
        let rows = try [Self.row(), Self.row(space: .random()), Self.row(space: .random())]
        let rotations = Self.ordered([.random(), .random()])
        let journal = try [
            Self.journalRow(rotations[1], 0), Self.journalRow(rotations[0], 0), Self.journalRow(rotations[1], 1),
        ]
        #expect(try await store.read { try $0.entryKeys(after: [], limit: 9) } == [])
        #expect(try await store.read { try $0.journalKeys() } == [])
        try await store.write(.synced) { transaction in
            for row in rows { try transaction.insert(row) }
            for row in journal { try transaction.append(row) }
        }
        let keys = Self.ordered(rows.map(\.id)).map(\.bytes)
        #expect(try await store.read { try $0.entryKeys(after: [], limit: 9) } == keys)
        #expect(try await store.read { try $0.entryKeys(after: keys[0], limit: 1) } == [keys[1]])
        #expect(try await store.read { try $0.entryKeys(after: keys[2], limit: 9) } == [])
        #expect(try await store.read { try $0.entryKeys(after: [], limit: 0) } == [])
        #expect(try await store.read { try $0.journalKeys() } == rotations.map(\.bytes))
        try await store.write(.synced) { try $0.removeJournal(of: rotations[0]) }
        #expect(try await store.read { try $0.journalKeys() } == [rotations[1].bytes])
    }
}
