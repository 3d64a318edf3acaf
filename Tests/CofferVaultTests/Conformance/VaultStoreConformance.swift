// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferVault
import Testing

/// What every ``VaultStore`` must do, told in rows: a second store is run through the same functions.
///
/// `make` gives an empty store, `reopen` another handle on the same contents, as a second process has it.
struct VaultStoreConformance: Sendable {
    let make: @Sendable () throws -> any VaultStore
    let reopen: @Sendable (any VaultStore) throws -> any VaultStore

    static let space = SpaceID.random()
    static let signer: SigningPublicKey = {
        // Stores verify nothing, so any 32 bytes do.
        guard let key = try? SigningPublicKey(RandomBytes.make(byteCount: 32)) else { preconditionFailure("32 bytes") }
        return key
    }()

    static func digest() throws -> Digest { try Digest(RandomBytes.make(byteCount: 32)) }

    static func row(
        _ id: EntryID = .random(), lookup: Digest? = nil, version: UInt64 = 1, dueAt: Int64? = nil,
        space: SpaceID = space, generation: UInt32 = 1
    ) throws -> EntryRow {
        EntryRow(
            id: id, spaceID: space, lookup: try lookup ?? digest(), kind: .connection, version: version,
            generation: generation,
            useBox: RandomBytes.make(byteCount: 100), issueBox: RandomBytes.make(byteCount: 50), dueAt: dueAt,
            state: "active", signature: try Signature(RandomBytes.make(byteCount: 64)))
    }

    static func event(after head: AuditHead? = nil, by identity: Identity, binding: [AuditBinding] = []) throws
        -> AuditEvent
    {
        try AuditEvent(
            AuditRecord(at: Sample.instant, action: .put, paths: ["main/a"]), after: head, by: identity, owners: [],
            bindings: binding, fingerprints: [], heads: [])
    }

    // MARK: - Transactions

    func whatAThrowingTransactionWroteIsUndone() async throws {
        let store = try make()
        let row = try Self.row()
        await #expect(throws: VaultError(.conflict, "")) {
            try await store.write(.synced) { transaction in
                try transaction.insertManifest([1], epoch: 1)
                try transaction.insert(row)
                throw VaultError(.conflict, "stop")
            }
        }
        #expect(try await store.read { try $0.row(id: row.id) } == nil)
        #expect(try await store.read { try $0.manifests(from: 0) } == [])
    }

    func anotherHandleSeesWhatWasCommitted() async throws {
        let store = try make()
        let row = try Self.row()
        try await store.write(.synced) { try $0.insert(row) }
        let other = try reopen(store)
        #expect(try await other.read { try $0.row(id: row.id) } == row)
        #expect(try await other.read { try $0.row(space: row.spaceID, lookup: row.lookup) } == row)
    }

    func writersOfTwoHandlesDoNotOverlap() async throws {
        let store = try make()
        let other = try reopen(store)
        let identity = try Identity.generate()
        let signer = identity.publicIdentity.signingKey
        try await withThrowingTaskGroup(of: Void.self) { group in
            for handle in [store, other, store, other] {
                group.addTask {
                    for _ in 0..<10 {
                        try await handle.write(.flushed) { transaction in
                            try transaction.append(Self.event(after: transaction.head(of: signer), by: identity))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let events = try await store.read { try $0.events(of: signer, from: 1, limit: .max) }
        #expect(try events.map { try AuditEvent(decoding: $0).sequence } == Array(1...40))
    }

    func cancellationDoesNotUndoAWrite() async throws {
        let store = try make()
        let row = try Self.row()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.write(.synced) { try $0.insert(row) }
            return try await store.read { try $0.row(id: row.id) }
        }
        #expect(try await task.value == row)
    }

    // MARK: - Entries

    func aTakenIdOrPathIsRefused() async throws {
        let store = try make()
        let first = try Self.row()
        let second = try Self.row()
        try await store.write(.synced) { transaction in
            try transaction.insert(first)
            try transaction.insert(second)
        }
        let samePath = try Self.row(lookup: first.lookup)
        await #expect(throws: VaultError(.exists, "")) { try await store.write(.synced) { try $0.insert(first) } }
        await #expect(throws: VaultError(.exists, "")) { try await store.write(.synced) { try $0.insert(samePath) } }
        let moved = try Self.row(second.id, lookup: first.lookup, version: 2)
        await #expect(throws: VaultError(.exists, "")) {
            try await store.write(.synced) { try $0.replace(moved, expecting: 1) }
        }
        #expect(try await store.read { try $0.row(id: second.id) } == second)
    }

    func onlyTheExpectedVersionIsReplacedOrRemoved() async throws {
        let store = try make()
        let first = try Self.row()
        let second = try Self.row(first.id, lookup: first.lookup, version: 2)
        try await store.write(.synced) { try $0.insert(first) }
        await #expect(throws: VaultError(.conflict, "")) {
            try await store.write(.synced) { try $0.replace(second, expecting: 2) }
        }
        try await store.write(.synced) { try $0.replace(second, expecting: 1) }
        await #expect(throws: VaultError(.conflict, "")) {
            try await store.write(.synced) { try $0.replace(second, expecting: 1) }
        }
        await #expect(throws: VaultError(.conflict, "")) {
            try await store.write(.synced) { try $0.remove(first.id, expecting: 1) }
        }
        #expect(try await store.read { try $0.row(id: first.id) } == second)
        try await store.write(.synced) { try $0.remove(first.id, expecting: 2) }
        #expect(try await store.read { try $0.row(id: first.id) } == nil)
        await #expect(throws: VaultError(.conflict, "")) {
            try await store.write(.synced) { try $0.remove(first.id, expecting: 2) }
        }
    }

    func dueRowsComeInOrderUpToTheInstant() async throws {
        let store = try make()
        let rows = try [Int64?(30), 10, nil, 20, 40].map { try Self.row(dueAt: $0) }
        let elsewhere = try Self.row(dueAt: 15, space: .random())
        try await store.write(.synced) { transaction in
            for row in rows { try transaction.insert(row) }
            try transaction.insert(elsewhere)
        }
        #expect(
            try await store.read { try $0.rows(space: Self.space, dueBy: 30, limit: .max) }.map(\.dueAt) == [
                10, 20, 30,
            ])
        #expect(try await store.read { try $0.rows(space: Self.space, dueBy: 30, limit: 2) }.map(\.dueAt) == [10, 20])
        #expect(try await store.read { try $0.rows(space: Self.space) }.count == 5)
    }
}
