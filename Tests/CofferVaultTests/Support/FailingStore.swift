// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// A store whose writes end with a process's death: at the write with a number, before or after its commit.
final class FailingStore: ForwardingStore {
    /// When the process dies.
    enum Moment: CaseIterable, Sendable {
        case beforeCommit
        case afterCommit
    }

    /// What the death of the process looks like from inside.
    struct Death: Error {}

    let store: any VaultStore
    private let fatal: Int
    private let moment: Moment
    private let count = Mutex(0)

    init(_ store: any VaultStore, write number: Int, _ moment: Moment) {
        self.store = store
        fatal = number
        self.moment = moment
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
}
