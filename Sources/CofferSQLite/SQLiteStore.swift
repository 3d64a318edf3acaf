// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault
import GRDB

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A vault in one SQLite file, through GRDB.
///
/// WAL, full synchronisation for writes, a bounded wait for other processes. Beside the file lie
/// `FILE-lock` (entry locks), `FILE-reserve` (room for an emergency) and `FILE-spill/`.
package struct SQLiteStore: VaultStore {
    /// The format this program writes, in `PRAGMA user_version`.
    package static let formatVersion = 1
    /// `COFF`, in `PRAGMA application_id`, so that another program's database is told apart.
    static let applicationID = 0x434F_4646

    private let queue: DatabaseQueue
    private let locks: EntryLockFile
    private let spillFolder: SpillFolder

    /// The place for what could not be committed.
    package var spill: any SpillStore { spillFolder }

    private init(path: String, configuration: Configuration) throws {
        queue = try Failure.translated(path) { try DatabaseQueue(path: path, configuration: configuration) }
        locks = EntryLockFile(path: path + "-lock")
        spillFolder = SpillFolder(folder: path + "-spill", reservePath: path + "-reserve")
    }

    /// Opens a vault's file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - busyWait: How long to wait for another process that writes, in seconds.
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/foreign``, ``VaultError/Code/newerFormat``,
    ///   ``VaultError/Code/unsuitable``.
    package static func open(_ path: String, busyWait: Double = 5) throws -> SQLiteStore {
        try FileHeader.check(path)
        try FileSystemKind.check(path)
        return try SQLiteStore(path: path, configuration: configuration(busyWait: busyWait))
    }

    /// Makes an empty store; the file must not exist.
    package static func create(_ path: String) throws -> SQLiteStore {
        let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        guard fchmod(file.number, 0o600) == 0 else { throw SystemFailure.error(errno, "write", path) }
        try FileSystemKind.check(path)
        let store = try SQLiteStore(path: path, configuration: configuration(busyWait: 5))
        try Failure.translated(path) {
            try store.queue.write { database in
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(formatVersion)")
                try Schema.create(database)
            }
        }
        return store
    }

    /// Moves everything into the main file and closes, so that the file can be renamed.
    package func seal() throws {
        try Failure.translated(queue.path) {
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try queue.close()
        }
    }

    private static func configuration(busyWait: Double) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyWait)
        configuration.label = "coffer.vault"
        // SQL arguments hold boxes, never plain secrets; still no error shows them.
        configuration.publicStatementArguments = false
        configuration.prepareDatabase { database in
            // https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_secure_delete
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA secure_delete = ON")
            // A schema that somebody else wrote into the file calls no functions:
            // https://sqlite.org/security.html
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            try database.execute(sql: "PRAGMA cell_size_check = ON")
        }
        return configuration
    }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await Failure.translated(queue.path) {
            try await queue.read { database in try body(SQLiteTransaction(database: database)) }
        }
    }

    package func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        try await Failure.translated(queue.path) {
            try await queue.writeWithoutTransaction { database in
                // In WAL mode NORMAL commits without a sync: whole after a kill, perhaps gone after a power
                // cut. The pragma has no effect inside a transaction, hence this order.
                try database.execute(sql: "PRAGMA synchronous = \(durability == .synced ? "FULL" : "NORMAL")")
                var result: Result?
                try database.inTransaction(.immediate) {
                    result = try body(SQLiteTransaction(database: database))
                    return .commit
                }
                guard let result else { throw VaultError(.unreadable, "the transaction gave no result") }
                return result
            }
        }
    }

    package func tryLock(_ id: EntryID) throws -> (any StoreLock)? {
        try locks.tryLock(id)
    }

    /// Limits the file's size in pages, so that tests meet a full disk without filling one.
    package func limitSize(toPages count: Int) throws {
        try Failure.translated(queue.path) {
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
        }
    }

    /// How many pages the file has now.
    package func pageCount() throws -> Int {
        try Failure.translated(queue.path) {
            try queue.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
        }
    }
}
