// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// The store of a drill's vault: what is read and written there is work, and no time to be passed over.
struct DrillStore: VaultStore {
    /// What holds everything.
    let store: any VaultStore

    /// What is told of the work.
    let clock: DrillClock

    var change: (any ChangeCounter)? { store.change }

    var spill: any SpillStore { store.spill }

    var isReadOnly: Bool { store.isReadOnly }

    var sharedPaces: (any SharedPaces)? { store.sharedPaces }

    func takeDue(in spaces: [SpaceID], by instant: Int64) async throws -> [(id: EntryID, at: Int64)]? {
        try await clock.outside { try await store.takeDue(in: spaces, by: instant) }
    }

    func sharedCells() throws -> (any SharedCells)? { try store.sharedCells() }

    func heldLocks() async throws -> [LockPlace] { try await clock.outside { try await store.heldLocks() } }

    func tryLock(_ id: EntryID) async throws -> (any StoreLock)? {
        try await clock.outside { try await store.tryLock(id) }
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await clock.outside { try await store.read(body) }
    }

    func readAtOnce<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await clock.outside { try await store.readAtOnce(body) }
    }

    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        try await clock.outside { try await store.write(durability, body) }
    }

    func truncateLog() async throws { try await store.truncateLog() }

    func copy(to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void) async throws {
        try await store.copy(to: path, progress: progress)
    }

    func integrity() async throws -> [String] { try await store.integrity() }
}
