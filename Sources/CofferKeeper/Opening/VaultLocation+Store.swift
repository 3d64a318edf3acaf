// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferSQLite
import CofferVault

#if PostgreSQL
import CofferPostgres
#endif

/// Where the vault lies: in a file, or with the package's trait `PostgreSQL` in a database.
extension VaultLocation {
    /// Whether the vault lies in a database, and in no file.
    package var isDatabase: Bool { DatabaseURL.isOne(vaultPath) }

    /// The vault's file; nil if it lies in a database.
    package var filePath: String? { isDatabase ? nil : vaultPath }

    /// A text that two processes of one user have alike only if libpq leads both to the same place, by the URL and its variables.
    ///
    /// What is changed behind both, the service file or the server's name, is not seen.
    static func databaseMark(_ vaultPath: String, _ environment: [String: String]) -> String? {
        guard DatabaseURL.isOne(vaultPath) else { return nil }
        // A password leads nowhere, and is to be in no hash that anybody sends.
        let variables = environment.filter { name, _ in
            (name.hasPrefix("PG") || name == "HOME") && !["PGPASSWORD", "PGPASSFILE"].contains(name)
        }.sorted { $0.key < $1.key }
        let text = ([vaultPath] + variables.map { "\($0.key)=\($0.value)" }).joined(separator: "\0")
        return "db-\(Digest(hashing: Array(text.utf8)).description.prefix(32))"
    }

    /// Refuses a vault in a database.
    ///
    /// - Parameter instead: What to do there, as the second half of a sentence.
    /// - Throws: ``KeeperError/Code/usage``.
    package func requireFile(_ instead: String) throws(KeeperError) {
        guard isDatabase else { return }
        throw KeeperError(.usage, "the vault lies in a database; \(instead)")
    }

    /// Opens it.
    ///
    /// - Throws: as the store's own opening; ``KeeperError/Code/usage`` for a database where there is no state folder.
    func openStore() async throws -> any VaultStore {
        guard isDatabase else { return try SQLiteStore.open(vaultPath) }
        #if PostgreSQL
        return try await PostgresStore.open(vaultPath, beside: madeDatabasePrefix())
        #else
        throw Self.lacksDatabases
        #endif
    }

    /// Opens a vault to read what takes no key; nothing is written through it, nor beside it.
    static func openStore(toRead vaultPath: String) async throws -> any VaultStore {
        guard DatabaseURL.isOne(vaultPath) else { return try SQLiteStore.open(vaultPath) }
        #if PostgreSQL
        return try await PostgresStore.open(vaultPath, beside: nowhere)
        #else
        throw lacksDatabases
        #endif
    }

    /// Opens the vault's database, and makes the tables where there are none.
    ///
    /// - Parameter judging: Asked before tables are made; what it throws keeps that from happening.
    /// - Returns: the store, and whether the tables were made.
    /// - Throws: what `judging` throws, and as the store's own opening and making.
    func openOrMakeDatabase(
        _ judging: (VaultLocation) throws -> Void
    ) async throws -> (store: any VaultStore, wasMade: Bool) {
        #if PostgreSQL
        let prefix = try madeDatabasePrefix()
        do {
            return (try await PostgresStore.open(vaultPath, beside: prefix), false)
        } catch let error as VaultError where error.code == .missing {
            try judging(self)
            return (try await PostgresStore.create(vaultPath, beside: prefix), true)
        }
        #else
        throw Self.lacksDatabases
        #endif
    }

    /// What a program says that was built without the trait.
    static var lacksDatabases: KeeperError {
        KeeperError(
            .misconfigured,
            "this Coffer was built without vaults in databases; build it with the package trait PostgreSQL")
    }

    /// Beside what nothing can be made: for a database that is only looked at.
    static let nowhere = "/dev/null/none"

    /// What the names of the files begin with that belong to the vault, its own or another: this machine's files of a database lie below the
    /// state folder, and where they lay under another name they are found by the intents that name their folder.
    var filePrefix: String? {
        guard isDatabase else { return vaultPath }
        return stateFolder.map { "\($0)/databases/\(Digest(hashing: Array(vaultPath.utf8)).description.prefix(32))" }
    }

    /// The same of a database, once the folder is there.
    func madeDatabasePrefix() throws -> String {
        guard let prefix = filePrefix else {
            throw KeeperError(.usage, "HOME is not set; a vault in a database needs a folder of this machine as well")
        }
        try AtomicFile.makeFolder(FilePathText.folder(of: prefix))
        return prefix
    }
}
