// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// A store in which something else happens after the write with a number, before whoever wrote goes on; if need be only
/// when something was read meanwhile.
final class InterposingStore: ForwardingStore {
    private struct Counts {
        var writes = 0
        /// Those since the last write but the chosen one.
        var reads = 0
    }

    let store: any VaultStore
    private let chosen: Int
    private let awaitedReads: Int
    private let happening: @Sendable () async throws -> Void
    private let counts = Mutex(Counts())

    /// - Parameters:
    ///   - store: What holds everything.
    ///   - number: The write, from 1.
    ///   - reads: How many reads, from the write before on, must have ended.
    ///   - happening: What happens.
    init(
        _ store: any VaultStore, afterWrite number: Int, andReads reads: Int = 0,
        _ happening: @escaping @Sendable () async throws -> Void
    ) {
        self.store = store
        chosen = number
        awaitedReads = reads
        self.happening = happening
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        let result = try await store.read(body)
        counts.withLock { $0.reads += 1 }
        return result
    }

    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        let number = counts.withLock { counts in
            counts.writes += 1
            if counts.writes < chosen { counts.reads = 0 }
            return counts.writes
        }
        let result = try await store.write(durability, body)
        guard number == chosen else { return result }
        // Bounded: whoever reads less than was expected must not wait for ever.
        for _ in 0..<10_000_000 where counts.withLock({ $0.reads < awaitedReads }) { await Task.yield() }
        try await happening()
        return result
    }
}
