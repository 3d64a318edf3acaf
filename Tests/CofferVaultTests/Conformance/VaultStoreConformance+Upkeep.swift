// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import Testing

/// Stops a copy.
private struct Stop: Error {}

extension VaultStoreConformance {
    func everyHandleSeesWhichLocksAreHeld() async throws {
        let store = try await make()
        let other = try await reopen(store)
        // Several, so that the order in which they were taken is hardly ever that of their places.
        let ids = (0..<8).map { _ in EntryID.random() }
        var places = Set(ids.map(LockPlace.init))
        let handles = [store, other]
        #expect(try await store.heldLocks() == [])
        var locks: [any StoreLock] = []
        for (index, id) in ids.enumerated() {
            let lock = try await handles[index % 2].tryLock(id)
            locks.append(try #require(lock))
        }
        for (index, id) in ids.enumerated() {
            for handle in handles {
                let held = try await handle.heldLocks()
                #expect(held.count == places.count && Set(held) == places)
                let read = try await handle.read { try $0.heldLocks() }
                #expect(read.count == places.count && Set(read) == places)
                let seen = try await handle.write(.flushed) { try $0.heldLocks() }
                #expect(seen.count == places.count && Set(seen) == places)
            }
            locks[index].release()
            places.remove(LockPlace(id))
            // Whoever has released it answers once it is given back, and only then it is free to all.
            #expect(try await handles[index % 2].heldLocks().count == places.count)
        }
        for handle in handles { #expect(try await handle.heldLocks() == []) }
    }

    func aLockThatNobodyHasIsGivenBack() async throws {
        let store = try await make()
        let other = try await reopen(store)
        let id = EntryID.random()
        for _ in 0..<3 {
            let lock = try await store.tryLock(id)
            _ = try #require(lock)
        }
        #expect(try await store.heldLocks() == [])
        #expect(try await other.tryLock(id) != nil)
    }

    func sharedNumbersAreOneForAllHandles() async throws {
        let store = try await make()
        let other = try await reopen(store)
        guard hasSharedCells else {
            #expect(try store.sharedCells() == nil)
            return
        }
        let one = try #require(try store.sharedCells())
        let two = try #require(try other.sharedCells())
        #expect(one.count > 0 && one.count == two.count)
        for index in [0, one.count - 1] {
            #expect(one.load(index) == 0)
            #expect(one.exchange(index, 0, 5))
            #expect(!two.exchange(index, 0, 6))
            #expect(two.load(index) == 5)
            two.add(index, .max)
            #expect(one.load(index) == 4)
        }
        #expect(one.machineStart == two.machineStart)
        let earlier = one.machineTime()
        #expect(earlier > .zero && two.machineTime() >= earlier)
    }

    func truncatingTheLogLosesNothing() async throws {
        let store = try await make()
        let other = try await reopen(store)
        let first = try Self.row()
        let second = try Self.row(first.id, lookup: first.lookup, version: 2)
        try await store.write(.synced) { try $0.insert(first) }
        try await store.write(.synced) { try $0.replace(second, expecting: 1) }
        try await store.truncateLog()
        for handle in [store, other] { #expect(try await handle.read { try $0.row(id: first.id) } == second) }
        try await other.write(.synced) { try $0.remove(first.id, expecting: 2) }
        #expect(try await store.read { try $0.row(id: first.id) } == nil)
    }

    func aCopyIsOfOneStateAndReplacesNothing() async throws {
        let store = try await make()
        let row = try Self.row()
        try await store.write(.synced) { try $0.insert(row) }
        guard let copying else {
            await #expect(throws: VaultError(.unsuitable, "")) { try await store.copy(to: "/nowhere") { _ in } }
            return
        }
        let path = copying.path
        await #expect(throws: Stop.self) { try await store.copy(to: path) { _ in throw Stop() } }
        #expect(!FileManager.default.fileExists(atPath: path))
        try await store.copy(to: path) { #expect($0.pagesDone <= $0.pageCount) }
        try await store.write(.synced) { try $0.remove(row.id, expecting: 1) }
        await #expect(throws: VaultError(.exists, "")) { try await store.copy(to: path) { _ in } }
        let copy = try copying.open(path)
        #expect(try await copy.read { try $0.row(id: row.id) } == row)
        #expect(try await copy.integrity() == [])
    }

    func nothingIsWrongWithAStoreThatWasOnlyWrittenTo() async throws {
        let store = try await make()
        #expect(try await store.integrity() == [])
        let identity = try Identity.generate()
        let row = try Self.row(dueAt: 7)
        let binding = AuditBinding(entryID: row.id, version: 1, rowHash: try Self.digest())
        let event = try Self.event(by: identity, binding: [binding])
        let journal = try Self.journalRow(.random(), 0)
        try await store.write(.synced) { transaction in
            try transaction.insertManifest([1], epoch: 1)
            try transaction.insert(row)
            try transaction.append(event)
            try transaction.append(journal)
            try transaction.leave(StoredWish(entry: row.id, signer: Self.signer, body: [1]))
            try transaction.keep(StoredPassphraseBox(signer: Self.signer, body: [1]))
        }
        #expect(try await store.integrity() == [])
        #expect(try await store.read { try $0.unreadableWishCount() } == 0)
    }

    func theFirstManifestNamesTheVault() async throws {
        let store = try await make()
        #expect(try await store.read { try $0.newestEpoch() } == 0)
        await #expect(throws: VaultError.damaged) { try await store.read { try $0.vaultID() } }
        let pin = try #require(try await Sample.vault(in: store).text.pin)
        #expect(try await store.read { try $0.newestEpoch() } == 1)
        try await store.write(.synced) { try $0.insertManifest([7], epoch: 9) }
        try await store.write(.synced) { try $0.insertManifest([7], epoch: 4) }
        #expect(try await store.read { try $0.newestEpoch() } == 9)
        #expect(try await store.read { try $0.vaultID() } == pin.vaultID)
    }
}
