// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault

extension PostgresStore {
    /// Brings the tables of a vault to the format of this program; besides making them, nothing else changes tables.
    ///
    /// - Parameter url: As ``open(_:beside:wallClock:)`` takes it; its user must own the tables.
    /// - Returns: the formats before and after.
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/newerFormat``, ``VaultError/Code/busy`` if somebody used the tables
    ///   for too long, and as ``open(_:beside:wallClock:)``.
    package static func upgrade(_ url: String) async throws -> FormatChange {
        try await upgrade(url, by: Schema.steps)
    }

    static func upgrade(_ url: String, by steps: [String]) async throws -> FormatChange {
        let session = Session(try ServerAddress(url), label: "coffer.postgres.upgrade")
        return try await session.run { connection, _ -> FormatChange in
            guard try ServerLook(connection).hasVault else { throw Self.missing }
            return try connection.upgrade(steps)
        }
    }

    static var missing: VaultError { VaultError(.missing, "there is no vault in this database") }
}
