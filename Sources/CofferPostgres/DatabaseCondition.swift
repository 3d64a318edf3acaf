// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a database says of itself and of a vault's tables, for whoever looks for trouble.
package struct DatabaseCondition: Sendable {
    /// The server's version as PostgreSQL writes it, such as `15.14`.
    package let version: String
    /// Whether nothing can be written: a standby, or a database that is set so.
    package let isReadOnly: Bool
    /// Whether a commit outlives a power cut: the server waits for its disk, and mends pages that were written half.
    package let isDurable: Bool
    /// Whether this very connection is encrypted.
    package let isEncrypted: Bool
    /// What is wrong with the tables, in sentences.
    package let faults: [String]
}

extension PostgresStore {
    /// Looks at the server and at the tables; reads the whole index of writes.
    ///
    /// - Returns: what was found.
    /// - Throws: ``VaultError/Code/unreachable`` if the server can't be asked.
    package func condition() async throws -> DatabaseCondition {
        let faults = try await integrity()
        return try await reader.run { connection, _ -> DatabaseCondition in
            let answer = try connection.run(
                """
                SELECT pg_catalog.current_setting('server_version_num')::bigint,
                pg_catalog.current_setting('fsync') = 'on' AND pg_catalog.current_setting('full_page_writes') = 'on',
                COALESCE((SELECT s.ssl FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_catalog.pg_backend_pid()), false)
                """)
            guard let row = answer.rows.first else { throw Failure.lost }
            let number = try row.integer(0)
            return DatabaseCondition(
                version: "\(number / 10_000).\(number % 10_000)", isReadOnly: isReadOnly, isDurable: try row.flag(1),
                isEncrypted: try row.flag(2), faults: faults)
        }
    }
}
