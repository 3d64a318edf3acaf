// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
package import CofferVault

#if PostgreSQL
import CofferPostgres
#endif

extension Keeper {
    /// Brings a vault to the format of this program: the tables of a database.
    ///
    /// A vault in a file has one format so far. No identity is needed: who may change the tables, the database knows.
    ///
    /// - Parameter location: Where the vault is.
    /// - Returns: the formats before and after.
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/newerFormat``, ``VaultError/Code/busy`` if somebody used the tables for too
    ///   long.
    package static func upgrade(_ location: VaultLocation) async throws -> FormatChange {
        guard location.isDatabase else {
            _ = try SQLiteStore.open(location.vaultPath)
            return FormatChange(from: UInt64(SQLiteStore.formatVersion), to: UInt64(SQLiteStore.formatVersion))
        }
        #if PostgreSQL
        return try await PostgresStore.upgrade(location.vaultPath)
        #else
        throw VaultLocation.lacksDatabases
        #endif
    }
}
