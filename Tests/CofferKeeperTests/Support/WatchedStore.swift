// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Synchronization

/// A vault's store whose writes a test may refuse, and which ends with a process's life.
struct WatchedStore: VaultStore {
    let store: SQLiteStore
    var life = Life()
    /// Throws what a write fails with instead; told the write's number, from 1.
    var obstacle: @Sendable (Int, Durability) async throws -> Void = { _, _ in }
    /// Whether the store has a change counter.
    var tellsOfChanges = true
    /// How often it was read.
    let reads = Counter()
    private let writes = Counter()

    init(
        _ store: SQLiteStore, life: Life = Life(),
        obstacle: @escaping @Sendable (Int, Durability) async throws -> Void = { _, _ in }
    ) {
        self.store = store
        self.life = life
        self.obstacle = obstacle
    }

    var spill: any SpillStore { store.spill }
    var isReadOnly: Bool { store.isReadOnly }
    var change: (any ChangeCounter)? { tellsOfChanges ? store.change : nil }

    func heldLocks() throws -> [LockPlace] { try store.heldLocks() }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try life.requireLife()
        reads.next()
        return try await store.read(body)
    }

    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        try await obstacle(writes.next(), durability)
        let point = try life.enter()
        let written: Swift.Result<Result, any Error>
        do { written = .success(try await store.write(durability, body)) } catch { written = .failure(error) }
        // A write that was refused, because another came before it, is a point as well.
        try life.leave(point)
        return try written.get()
    }

    func truncateLog() async throws { try await store.truncateLog() }

    func copy(to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void) async throws {
        try await store.copy(to: path, progress: progress)
    }

    func integrity() async throws -> [String] { try await store.integrity() }

    func tryLock(_ id: EntryID) throws -> (any StoreLock)? {
        try life.requireLife()
        return try store.tryLock(id)
    }
}

/// Counts from 1.
final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    @discardableResult
    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
