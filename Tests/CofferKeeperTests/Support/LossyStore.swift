// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferPostgres
import CofferVault

/// A vault in a database some of whose commits stand although their answers are lost.
struct LossyStore: VaultStore {
    let store: PostgresStore
    /// Whether the answer to a write is lost; told the write's number, from 1.
    let loses: @Sendable (Int) -> Bool
    private let writes = Counter()

    init(_ store: PostgresStore, losing loses: @escaping @Sendable (Int) -> Bool) {
        self.store = store
        self.loses = loses
    }

    var change: (any ChangeCounter)? { store.change }
    var sharedPaces: (any SharedPaces)? { store.sharedPaces }
    var isReadOnly: Bool { store.isReadOnly }
    var boot: BootID { store.boot }
    var spill: any SpillStore { store.spill }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await store.read(body)
    }

    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        let written = try await store.write(durability, body)
        guard !loses(writes.next()) else { throw VaultError(.unreadable, "the answer was lost") }
        return written
    }

    func tryLock(_ id: EntryID) async throws -> (any StoreLock)? { try await store.tryLock(id) }

    func heldLocks() async throws -> [LockPlace] { try await store.heldLocks() }

    func takeDue(in spaces: [SpaceID], by instant: Int64) async throws -> [(id: EntryID, at: Int64)]? {
        try await store.takeDue(in: spaces, by: instant)
    }

    func truncateLog() async throws { try await store.truncateLog() }

    func copy(to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void) async throws {
        try await store.copy(to: path, progress: progress)
    }

    func integrity() async throws -> [String] { try await store.integrity() }
}
