// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Testing

extension VaultStoreConformance {
    /// What a commit does to the number as the writer and another handle see it.
    private enum Told { case changed, same }

    private func expect(
        _ told: Told, _ stores: [any VaultStore], _ durability: Durability = .synced,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (any StoreWriting) throws -> Void
    ) async throws {
        var before: [UInt64] = []
        for store in stores { before.append(try await number(store)) }
        _ = try? await stores[0].write(durability, body)
        for (store, before) in zip(stores, before) {
            // A store that never tells ends in the test's time limit.
            while tellsLater, told == .changed, try await number(store) == before { await Task.yield() }
            let after = try await number(store)
            #expect(after & 1 == 0, sourceLocation: sourceLocation)
            #expect((after != before) == (told == .changed), sourceLocation: sourceLocation)
        }
    }

    /// The number as a handle sees it; where others are told later, as soon as anything can be said.
    private func number(_ store: any VaultStore) async throws -> UInt64 {
        let counter = try #require(store.change)
        var number = counter.value()
        while tellsLater, number & 1 == 1 {
            await Task.yield()
            number = counter.value()
        }
        return number
    }

    func everyHandleIsToldOfAChangeAndOfNothingElse() async throws {
        let store = try await make()
        guard try confirmsCounter(of: store) else { return }
        let stores = [store, try await reopen(store)]
        let row = try Self.row()
        let second = try Self.row(row.id, lookup: row.lookup, version: 2)
        let again = try Self.row(row.id, lookup: row.lookup, version: 2, generation: 2)
        let journal = try Self.journalRow(.random(), 0)
        let identity = try Identity.generate()
        let event = try Self.event(by: identity)
        let fingerprint = StoredFingerprint(
            spaceID: Self.space, tag: try Self.digest(), entryID: row.id, field: 1, tier: .use, isSpent: true)
        try await expect(.changed, stores) { try $0.insertManifest([1], epoch: 1) }
        try await expect(.changed, stores) { try $0.insert(row) }
        try await expect(.changed, stores) { try $0.replace(second, expecting: 1) }
        try await expect(.changed, stores) { _ = try $0.exchange(again, for: second) }
        try await expect(.same, stores) { _ = try $0.exchange(again, for: second) }
        try await expect(.changed, stores) { try $0.append(journal) }
        try await expect(.changed, stores) { try $0.replaceJournal([journal]) }
        try await expect(.changed, stores) { try $0.removeJournal(of: journal.id) }
        try await expect(.changed, stores) { try $0.remove(row.id, expecting: 2) }
        try await expect(.same, stores, .flushed) { try $0.append(event) }
        try await expect(.same, stores) { try $0.keep(fingerprint) }
        try await expect(.same, stores) { try $0.keep(StoredPassphraseBox(signer: Self.signer, body: [])) }
        try await expect(.same, stores) { try $0.leave(StoredWish(entry: row.id, signer: Self.signer, body: [])) }
        try await expect(.same, stores) { try $0.removeWish(of: Self.signer, for: row.id) }
    }

    func nobodyKeepsAnOddNumberAfterAFailure() async throws {
        let store = try await make()
        guard try confirmsCounter(of: store) else { return }
        let other = try await reopen(store)
        let row = try Self.row()
        await #expect(throws: VaultError(.conflict, "")) {
            try await store.write(.synced) { transaction in
                try transaction.insert(row)
                throw VaultError(.conflict, "stop")
            }
        }
        let last = try await number(other)
        #expect(last & 1 == 0)
        #expect(try await other.read { try $0.row(id: row.id) } == nil)
    }

    func aWishIsToldOfApart() async throws {
        let store = try await make()
        guard try confirmsCounter(of: store) else { return }
        let other = try await reopen(store)
        // What was left before anybody listened is told of, too, and not again.
        _ = try await number(other)
        let before = try #require(other.change?.wishes())
        try await store.write(.flushed) { try $0.leave(StoredWish(entry: .random(), signer: Self.signer, body: [])) }
        while tellsLater, other.change?.wishes() == before { await Task.yield() }
        let after = try #require(other.change?.wishes())
        #expect(after > before)
        let row = try Self.row()
        let seen = try await number(other)
        try await store.write(.synced) { try $0.insert(row) }
        while tellsLater, try await number(other) == seen { await Task.yield() }
        #expect(other.change?.wishes() == after)
    }

    func aNumberNeverStandsForTwoStates() async throws {
        let store = try await make()
        let other = try await reopen(store)
        guard try confirmsCounter(of: store), !tellsLater else { return }
        let first = try Self.row()
        try await store.write(.synced) { try $0.insert(first) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for version in UInt64(2)...60 {
                    let row = try Self.row(first.id, lookup: first.lookup, version: version)
                    try await store.write(.flushed) { try $0.replace(row, expecting: version - 1) }
                }
            }
            group.addTask {
                // As a hot path does: the number, then the store, then the number again; what was read under an even
                // number that still stands must be what the store holds while it stands.
                var seen: [UInt64: UInt64] = [:]
                while true {
                    let number = try #require(other.change?.value())
                    let version = try #require(try await other.read { try $0.row(id: first.id) }).version
                    if number & 1 == 0, other.change?.value() == number {
                        if let known = seen[number] { #expect(known == version) }
                        seen[number] = version
                    }
                    if version == 60 { return }
                }
            }
            try await group.waitForAll()
        }
    }
}
