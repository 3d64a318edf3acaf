// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// One of the writes that a commit makes durable.
protocol GroupedWrite: Sendable {
    /// Runs it, and remembers what it gives.
    func run(in transaction: any StoreWriting) throws
    /// Remembers that nothing of it was committed.
    func fail(_ error: any Error)
    /// Tells whoever waits what is remembered.
    func end()
}

/// A write, and who waits for it.
///
/// Its body may run twice: with others, which SQLite gave up, and then alone. So it may change nothing but the store.
final class WaitingWrite<Result: Sendable>: GroupedWrite {
    private let body: @Sendable (any StoreWriting) throws -> Result
    private let continuation: CheckedContinuation<Result, any Error>
    private let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)

    init(
        _ body: @escaping @Sendable (any StoreWriting) throws -> Result,
        _ continuation: CheckedContinuation<Result, any Error>
    ) {
        self.body = body
        self.continuation = continuation
    }

    func run(in transaction: any StoreWriting) throws {
        let result = try body(transaction)
        outcome.withLock { $0 = .success(result) }
    }

    func fail(_ error: any Error) { outcome.withLock { $0 = .failure(error) } }

    func end() {
        let outcome = outcome.withLock { $0 }
        continuation.resume(
            with: outcome ?? .failure(VaultError(.unreadable, "the transaction gave no result")))
    }
}
