// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

extension PostgresStore {
    /// Opens the vault in a database.
    ///
    /// - Parameters:
    ///   - url: `postgres://…`, as PostgreSQL's own programs take it, but without a password.
    ///   - prefix: What the names of this machine's own files begin with, a path: `-spill` and `-reserve` come behind it.
    ///   - wallClock: This machine's time since 1970, to be compared with the server's; nil for the system's.
    /// - Returns: The store.
    /// - Throws: ``VaultError/Code/invalidName`` for a URL that is none or must not be used, ``VaultError/Code/missing``,
    ///   ``VaultError/Code/newerFormat``, ``VaultError/Code/olderFormat``, ``VaultError/Code/unsuitable`` for a server that is too old
    ///   or stands behind a pooler,
    ///   ``VaultError/Code/unreachable`` if it can't be reached, ``VaultError/Code/misconfigured`` where there is no libpq.
    package static func open(
        _ url: String, beside prefix: String, wallClock: (@Sendable () -> Duration)? = nil
    ) async throws -> PostgresStore {
        let address = try ServerAddress(url)
        let reader = Session(address, label: "coffer.postgres.read")
        let isReadOnly = try await reader.run { connection, _ -> Bool in
            let look = try ServerLook(connection)
            guard look.hasVault else { throw Self.missing }
            try Schema.check(try connection.run(Schema.format))
            return look.isReadOnly
        }
        return PostgresStore(
            reader: reader, writer: Session(address, label: "coffer.postgres.write"),
            locks: LockSession(address, wallClock: wallClock ?? { ClockOffset.wallClock() }),
            feed: ChangeFeed(address, isReadOnly: isReadOnly), paces: PaceSession(address),
            spill: SpillFolder(beside: prefix), isReadOnly: isReadOnly)
    }

    /// Makes the tables of an empty vault and opens it; the database must be there, and its schema `coffer` must not.
    ///
    /// - Throws: ``VaultError/Code/exists`` if it is, and what ``open(_:beside:wallClock:)`` throws.
    package static func create(_ url: String, beside prefix: String) async throws -> PostgresStore {
        let writer = Session(try ServerAddress(url), label: "coffer.postgres.make")
        try await writer.run { connection, _ -> Void in
            do {
                try connection.makeTables()
            } catch let failure as Failure where failure.isTaken {
                throw VaultError(.exists, "there is a vault in this database already, or another schema named coffer")
            }
        }
        return try await open(url, beside: prefix)
    }
}
