// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault

extension PostgresStore {
    /// Does nothing: what a database keeps of replaced rows, in its tables until they are vacuumed and in its log until that is
    /// used again, is its own, as are its backups.
    package func truncateLog() async throws {
        guard !isReadOnly else { throw VaultError(.unreadable, "the vault's database can't be written") }
    }

    package func copy(
        to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void
    ) async throws {
        throw VaultError(.unsuitable, "a vault in a database is backed up with the database's own programs")
    }

    package func integrity() async throws -> [String] {
        try await reader.run { connection, _ in
            try connection.read { try SchemaCheck.problems($0) }
        }
    }
}
