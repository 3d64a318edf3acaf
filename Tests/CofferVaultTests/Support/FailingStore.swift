// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// A store whose writes end with a process's death: at the write with a number, before or after its commit.
final class FailingStore: VaultStore {
    /// When the process dies.
    enum Moment: CaseIterable, Sendable {
        case beforeCommit
        case afterCommit
    }

    /// What the death of the process looks like from inside.
    struct Death: Error {}

    private let store: any VaultStore
    private let fatal: Int
    private let moment: Moment
    private let count = Mutex(0)

    init(_ store: any VaultStore, write number: Int, _ moment: Moment) {
        self.store = store
        fatal = number
        self.moment = moment
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
        let result = try await store.write(durability) { [fatal, moment] transaction in
            let result = try body(transaction)
            if number == fatal, moment == .beforeCommit { throw Death() }
            return result
        }
        if number == fatal { throw Death() }
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
