// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// A store whose locks keep nobody out, as those of a database whose connection was lost.
final class LocklessStore: ForwardingStore {
    private struct NoLock: StoreLock {
        func release() {}
    }

    let store: any VaultStore

    init(_ store: any VaultStore) {
        self.store = store
    }

    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        try await store.write(durability, body)
    }

    func tryLock(_ id: EntryID) async throws -> (any StoreLock)? { NoLock() }
}
