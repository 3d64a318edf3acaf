// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// A store in which something else happens after the write with a number, before whoever wrote goes on.
final class InterposingStore: VaultStore {
    private let store: any VaultStore
    private let chosen: Int
    private let happening: @Sendable () async throws -> Void
    private let count = Mutex(0)

    init(_ store: any VaultStore, afterWrite number: Int, _ happening: @escaping @Sendable () async throws -> Void) {
        self.store = store
        chosen = number
        self.happening = happening
    }

    var change: (any ChangeCounter)? { store.change }

    var spill: any SpillStore { store.spill }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await store.read(body)
    }

    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let result = try await store.write(durability, body)
        if number == chosen { try await happening() }
        return result
    }

    var isReadOnly: Bool { store.isReadOnly }

    func truncateLog() async throws { try await store.truncateLog() }

    func copy(to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void) async throws {
        try await store.copy(to: path, progress: progress)
    }

    func integrity() async throws -> [String] { try await store.integrity() }

    func tryLock(_ id: EntryID) throws -> (any StoreLock)? { try store.tryLock(id) }

    func heldLocks() throws -> [LockPlace] { try store.heldLocks() }
}
