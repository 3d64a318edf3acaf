// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferVault
import Testing

/// What every ``VaultStore`` must do, told in rows: a second store is run through the same functions.
///
/// `make` gives an empty store, `reopen` another handle on the same contents, as a second process has it. What a store may lack is
/// said of it beforehand, so that none loses it unnoticed.
///
/// What takes another process is shown where that kind of store is tested, and is to be shown for each: of SQLite, that a lock ends with
/// the death of its holder (`EntryLockTests`), that nobody waits without bound (`SQLiteStoreTests`), and that a transaction is whole or
/// absent after a kill (`ManyProcessesTests`); of PostgreSQL, the first two and what a lost session does
/// (`SessionLockTests`, `LostSessionTests`, `HeldTurnTests`).
struct VaultStoreConformance: Sendable {
    let make: @Sendable () async throws -> any VaultStore
    let reopen: @Sendable (any VaultStore) async throws -> any VaultStore
    /// Whether the store tells of changes.
    let hasCounter: Bool
    /// Whether another handle is told of a change only a bounded time after the writer's call returned.
    var tellsLater = false
    /// Whether the store has numbers that all processes see.
    let hasSharedCells: Bool
    /// Where a copy may be put, and how it is opened; nil for a store that can't be copied into a file.
    let copying: (path: String, open: @Sendable (String) throws -> any VaultStore)?

    /// Whether the store has a counter, which it has if it is to have one and not otherwise.
    func confirmsCounter(of store: any VaultStore, sourceLocation: SourceLocation = #_sourceLocation) throws -> Bool {
        if hasCounter { _ = try #require(store.change, sourceLocation: sourceLocation) }
        #expect((store.change != nil) == hasCounter, sourceLocation: sourceLocation)
        return hasCounter
    }

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
        let store = try await make()
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
        let store = try await make()
        let row = try Self.row()
        try await store.write(.synced) { try $0.insert(row) }
        let other = try await reopen(store)
        #expect(try await other.read { try $0.row(id: row.id) } == row)
        #expect(try await other.read { try $0.row(space: row.spaceID, lookup: row.lookup) } == row)
    }

    func writersOfTwoHandlesDoNotOverlap() async throws {
        let store = try await make()
        let other = try await reopen(store)
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
        let store = try await make()
        let row = try Self.row()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.write(.synced) { try $0.insert(row) }
            return try await store.read { try $0.row(id: row.id) }
        }
        #expect(try await task.value == row)
    }

    func aReaderSeesOneStateWhileOthersCommit() async throws {
        let store = try await make()
        let other = try await reopen(store)
        let rows = try [Self.row(), Self.row()]
        try await store.write(.synced) { transaction in for row in rows { try transaction.insert(row) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for version in UInt64(2)...40 {
                    let next = try rows.map { try Self.row($0.id, lookup: $0.lookup, version: version) }
                    try await store.write(.flushed) { transaction in
                        for row in next { try transaction.replace(row, expecting: version - 1) }
                    }
                }
            }
            group.addTask {
                var version: UInt64 = 0
                while version < 40 {
                    let seen = try await other.read { reader in
                        // Twice the same question, with another between: the answer is of one state.
                        try [rows[0].id, rows[1].id, rows[0].id].map { try reader.row(id: $0)?.version ?? 0 }
                    }
                    #expect(Set(seen).count == 1)
                    #expect(seen[0] >= version)
                    version = seen[0]
                }
            }
            try await group.waitForAll()
        }
    }

    func aTransactionSeesWhatItWrote() async throws {
        let store = try await make()
        let row = try Self.row(dueAt: 7)
        let next = try Self.row(row.id, lookup: row.lookup, version: 2)
        try await store.write(.synced) { transaction in
            try transaction.insert(row)
            #expect(try transaction.row(space: row.spaceID, lookup: row.lookup) == row)
            #expect(try transaction.rows(space: row.spaceID, dueBy: 7, limit: 1) == [row])
            try transaction.replace(next, expecting: 1)
            #expect(try transaction.row(id: row.id) == next)
            #expect(try transaction.rows(space: row.spaceID, dueBy: 7, limit: 1) == [])
            try transaction.remove(row.id, expecting: 2)
            #expect(try transaction.row(id: row.id) == nil)
        }
    }

    // MARK: - Entries

    func aTakenIdOrPathIsRefused() async throws {
        let store = try await make()
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
        let store = try await make()
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
        let store = try await make()
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
        #expect(try await store.read { try $0.rows(space: Self.space, dueBy: 30, limit: 0) } == [])
        #expect(try await store.read { try $0.rows(space: Self.space, dueBy: 9, limit: .max) } == [])
        #expect(try await store.read { try $0.rows(space: Self.space) }.count == 5)
        let due = try await store.read { try $0.due(space: Self.space, by: 30, limit: .max) }
        #expect(due.map(\.at) == [10, 20, 30])
        #expect(due.map(\.id) == [rows[1].id, rows[3].id, rows[0].id])
        let first = try await store.read { try $0.due(space: Self.space, by: 30, limit: 2) }
        #expect(first.map(\.at) == [10, 20])
        #expect(try await store.read { try $0.nextDue(space: Self.space, after: 10) } == 20)
        #expect(try await store.read { try $0.nextDue(space: Self.space, after: 40) } == nil)
    }

    func rowsDueAtOneInstantComeInTheOrderOfTheirIds() async throws {
        let store = try await make()
        let rows = try (0..<6).map { _ in try Self.row(dueAt: -5) }
        try await store.write(.synced) { transaction in for row in rows { try transaction.insert(row) } }
        let sorted = rows.sorted { $0.id.bytes.lexicographicallyPrecedes($1.id.bytes) }
        #expect(try await store.read { try $0.rows(space: Self.space, dueBy: 0, limit: 4) } == Array(sorted.prefix(4)))
        // What was written anew is due when its new row says so.
        let first = sorted[0]
        let later = try Self.row(first.id, lookup: first.lookup, version: 2, dueAt: 3)
        try await store.write(.synced) { try $0.replace(later, expecting: 1) }
        #expect(
            try await store.read { try $0.rows(space: Self.space, dueBy: 3, limit: 9) }.map(\.id) == sorted.dropFirst()
                .map(\.id) + [first.id])
    }
}
