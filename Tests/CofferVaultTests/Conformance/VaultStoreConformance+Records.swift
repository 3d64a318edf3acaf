// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Testing

extension VaultStoreConformance {
    func manifestsComeInOrderAndAnEpochIsTakenOnce() async throws {
        let store = try await make()
        try await store.write(.synced) { transaction in
            try transaction.insertManifest([2], epoch: 2)
            try transaction.insertManifest([1], epoch: 1)
        }
        #expect(try await store.read { try $0.manifests(from: 1) } == [[1], [2]])
        #expect(try await store.read { try $0.manifests(from: 2) } == [[2]])
        #expect(try await store.read { try $0.manifests(from: 3) } == [])
        for epoch in [UInt64(0), 1, 2, 3] {
            let read = try await store.readAtOnce { (try $0.beginning(from: epoch), try $0.manifests(from: epoch)) }
            #expect(read.0.envelope == nil)
            #expect(read.0.manifests == read.1)
        }
        await #expect(throws: VaultError(.exists, "")) {
            try await store.write(.synced) { try $0.insertManifest([3], epoch: 2) }
        }
    }

    func aPlaceInAChainIsTakenOnce() async throws {
        let store = try await make()
        let identity = try Identity.generate()
        let event = try Self.event(by: identity)
        try await store.write(.synced) { try $0.append(event) }
        await #expect(throws: VaultError(.conflict, "")) { try await store.write(.synced) { try $0.append(event) } }
    }

    func headsAreTheNewestOfEachChain() async throws {
        let store = try await make()
        let identities = try (0..<5).map { _ in try Identity.generate() }
        var expected: Set<AuditHead> = []
        for (index, identity) in identities.enumerated() {
            var head: AuditHead?
            for _ in 0...index {
                let event = try Self.event(after: head, by: identity)
                try await store.write(.flushed) { try $0.append(event) }
                head = AuditHead(signer: event.signer, sequence: event.sequence, hash: event.hash)
            }
            #expect(try await store.read { try $0.head(of: identity.publicIdentity.signingKey) } == head)
            if let head { expected.insert(head) }
        }
        #expect(Set(try await store.read { try $0.heads() }) == expected)
        #expect(try await store.read { try $0.head(of: Self.signer) } == nil)
    }

    func theNewestWriteOfAnEntryIsFound() async throws {
        let store = try await make()
        let identity = try Identity.generate()
        let id = EntryID.random()
        var head: AuditHead?
        var last: [UInt8] = []
        for version in UInt64(1)...3 {
            let binding = AuditBinding(entryID: id, version: version, rowHash: try Self.digest())
            let event = try Self.event(after: head, by: identity, binding: [binding])
            try await store.write(.synced) { try $0.append(event) }
            head = AuditHead(signer: event.signer, sequence: event.sequence, hash: event.hash)
            last = event.encoded
        }
        #expect(try await store.read { try $0.newestWrite(of: id) } == last)
        #expect(try await store.read { try $0.newestWrite(of: .random()) } == nil)
        let signer = identity.publicIdentity.signingKey
        #expect(try await store.read { try $0.events(of: signer, from: 2, limit: 1) }.count == 1)
        #expect(try await store.read { try $0.events(of: signer, from: 3, limit: 9) } == [last])
        let stored = try await store.read { try $0.storedEvents(of: signer, from: 2, limit: 9) }
        #expect(stored.map(\.sequence) == [2, 3] && stored.last?.bytes == last)
        #expect(stored.last?.hash == head?.hash)
        #expect(try await store.read { try $0.storedEvents(of: signer, from: 1, limit: 2) }.map(\.sequence) == [1, 2])
        let writes = try await store.read { try $0.writes(of: id, from: 2, limit: 9) }
        #expect(writes.map(\.version) == [2, 3] && writes.last?.bytes == last)
        #expect(try await store.read { try $0.writes(of: id, from: 1, limit: 1) }.map(\.version) == [1])
    }

    func aSpentFingerprintStaysSpent() async throws {
        let store = try await make()
        let tag = try Self.digest()
        func fingerprint(spent: Bool, field: UInt16 = 16) -> StoredFingerprint {
            StoredFingerprint(
                spaceID: Self.space, tag: tag, entryID: Self.knownID, field: field, tier: .issue, isSpent: spent)
        }
        let fresh = fingerprint(spent: false)
        let spent = fingerprint(spent: true)
        try await store.write(.synced) { try $0.keep(fresh) }
        #expect(try await store.read { try $0.fingerprint(space: Self.space, tag: tag) } == fresh)
        try await store.write(.synced) { try $0.keep(spent) }
        try await store.write(.synced) { try $0.keep(fresh) }
        #expect(try await store.read { try $0.fingerprint(space: Self.space, tag: tag) } == spent)
        #expect(try await store.read { try $0.fingerprint(space: .random(), tag: tag) } == nil)
    }

    private static let knownID = EntryID.random()

    func aJournalKeepsItsOrderAndTakesEachPlaceOnce() async throws {
        let store = try await make()
        let first = EntryID.random()
        let second = EntryID.random()
        func row(_ id: EntryID, _ index: UInt32) throws -> JournalRow {
            JournalRow(
                id: id, index: index, spaceID: Self.space, generation: 1, box: RandomBytes.make(byteCount: 40),
                signature: try Signature(RandomBytes.make(byteCount: 64)))
        }
        let rows = [try row(first, 0), try row(second, 0), try row(first, 1)]
        for row in rows { try await store.write(.synced) { try $0.append(row) } }
        #expect(try await store.read { try $0.journal(of: first) } == [rows[0], rows[2]])
        #expect(try await store.read { try $0.journalBeginnings(space: Self.space).map(\.id) } == [first, second])
        #expect(try await store.read { try $0.journalBeginnings(space: Self.space).map(\.index) } == [0, 0])
        #expect(try await store.read { try $0.journalBeginnings(space: .random()).map(\.id) } == [])
        let late = try row(first, 1)
        await #expect(throws: VaultError(.conflict, "")) { try await store.write(.synced) { try $0.append(late) } }
    }

    // MARK: - Locks and spilled bytes

    func aLockHasOneHolder() async throws {
        let store = try await make()
        let other = try await reopen(store)
        let id = EntryID.random()
        let lock = try await store.tryLock(id)
        #expect(lock != nil)
        #expect(try await store.tryLock(id) == nil)
        #expect(try await other.tryLock(id) == nil)
        let neighbour = try await other.tryLock(.random())
        #expect(neighbour != nil)
        lock?.release()
        lock?.release()
        // Whoever answers has given back before.
        #expect(try await store.heldLocks().contains(LockPlace(id)) == false)
        let next = try await other.tryLock(id)
        #expect(next != nil)
        // A second release by the former holder must not free what somebody else holds now.
        lock?.release()
        #expect(try await store.tryLock(id) == nil)
        next?.release()
        #expect(try await other.tryLock(id) != nil)
    }

    func spilledBytesAreKeptByVersion() async throws {
        let store = try await make()
        let other = try await reopen(store)
        let id = EntryID.random()
        #expect(try store.spill.kept(for: id).isEmpty)
        try store.spill.keep([2], for: id, version: 20)
        try store.spill.keep([1], for: id, version: 3)
        try store.spill.keep([9], for: .random(), version: 3)
        #expect(try other.spill.kept(for: id).map(\.version) == [3, 20])
        #expect(try other.spill.kept(for: id).map(\.bytes) == [[1], [2]])
        try other.spill.forget(id, version: 3)
        try other.spill.forget(id, version: 3)
        #expect(try store.spill.kept(for: id).map(\.version) == [20])
    }

    func theReserveIsGivenUpOnce() async throws {
        let store = try await make()
        #expect(!store.spill.releaseReserve())
        try store.spill.ensureReserve()
        try store.spill.ensureReserve()
        #expect(store.spill.releaseReserve())
        #expect(!store.spill.releaseReserve())
    }
}
