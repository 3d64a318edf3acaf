// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Vault {
    /// Writes one consistent state of the store into a new file; see ``VaultStore/copy(to:progress:)``.
    package func copy(
        to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void
    ) async throws {
        try await store.copy(to: path, progress: progress)
    }
}
