// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Synchronization

/// A store in which something happens after everything was sealed again and before the old keys go: when its log is to be
/// truncated.
final class GapStore: ForwardingStore {
    let store: any VaultStore
    private let happening: @Sendable (Int) async throws -> Void
    private let count = Mutex(0)

    /// How often the log was to be truncated.
    var gapCount: Int { count.withLock { $0 } }

    /// - Parameters:
    ///   - store: What holds everything.
    ///   - happening: What happens, told how often it did before; what it throws the truncation throws.
    init(_ store: any VaultStore, _ happening: @escaping @Sendable (Int) async throws -> Void) {
        self.store = store
        self.happening = happening
    }

    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        try await store.write(durability, body)
    }

    func truncateLog() async throws {
        let number = count.withLock { count in
            defer { count += 1 }
            return count
        }
        try await happening(number)
        try await store.truncateLog()
    }
}
