// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault

/// A store of which only this process has a handle, asked on the thread that asks: a change of threads for each reading
/// was a quarter of what a case cost.
struct DirectStore: VaultStore {
    private let store: SQLiteStore

    /// Opens a vault's file.
    init(_ path: String) throws { store = try SQLiteStore.open(path, busyWait: 1) }

    var change: (any ChangeCounter)? { store.change }
    var isReadOnly: Bool { store.isReadOnly }
    var spill: any SpillStore { store.spill }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await store.readAtOnce(body)
    }

    func readAtOnce<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await store.readAtOnce(body)
    }

    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        try await store.write(durability, body)
    }

    func tryLock(_ id: EntryID) throws -> (any StoreLock)? { try store.tryLock(id) }

    func sharedCells() throws -> (any SharedCells)? { try store.sharedCells() }

    func heldLocks() throws -> [LockPlace] { try store.heldLocks() }

    func truncateLog() async throws { try await store.truncateLog() }

    func copy(to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void) async throws {
        try await store.copy(to: path, progress: progress)
    }

    func integrity() async throws -> [String] { try await store.integrity() }
}
