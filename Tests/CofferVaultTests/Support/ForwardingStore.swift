// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// A store that leaves to another one whatever it does not do itself.
protocol ForwardingStore: VaultStore {
    /// The other one.
    var store: any VaultStore { get }
}

extension ForwardingStore {
    var change: (any ChangeCounter)? { store.change }

    var spill: any SpillStore { store.spill }

    func sharedCells() throws -> (any SharedCells)? { try store.sharedCells() }

    var isReadOnly: Bool { store.isReadOnly }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await store.read(body)
    }

    func truncateLog() async throws { try await store.truncateLog() }

    func copy(to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void) async throws {
        try await store.copy(to: path, progress: progress)
    }

    func integrity() async throws -> [String] { try await store.integrity() }

    func tryLock(_ id: EntryID) async throws -> (any StoreLock)? { try await store.tryLock(id) }

    func heldLocks() async throws -> [LockPlace] { try await store.heldLocks() }
}
