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
/// `FILE-lock` (entry locks), `FILE-change` (the change counter), `FILE-reserve` (room for an emergency) and `FILE-spill/`.
package struct SQLiteStore: VaultStore {
    /// The format this program writes, in `PRAGMA user_version`.
    package static let formatVersion = 1
    /// `COFF`, in `PRAGMA application_id`, so that another program's database is told apart.
    static let applicationID = 0x434F_4646

    let queue: DatabaseQueue
    private let locks: EntryLockFile
    private let spillFolder: SpillFolder
    private let notice: ChangeNotice

    /// The place for what could not be committed.
    package var spill: any SpillStore { spillFolder }

    /// Tells of changes that any process on this machine makes.
    package var change: (any ChangeCounter)? { notice.page }

    private init(path: String, configuration: Configuration) throws {
        queue = try Failure.translated(path) { try DatabaseQueue(path: path, configuration: configuration) }
        notice = try ChangeNotice(path: path + "-change")
        locks = EntryLockFile(path: path + "-lock")
        spillFolder = SpillFolder(folder: path + "-spill", reservePath: path + "-reserve")
    }

    /// Opens a vault's file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - busyWait: How long to wait for another process that writes, in seconds.
    /// - Returns: The store.
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/foreign``, ``VaultError/Code/newerFormat``,
    ///   ``VaultError/Code/unsuitable``.
    package static func open(_ path: String, busyWait: Double = 5) throws -> SQLiteStore {
        let path = try FileHeader.resolve(path)
        try FileSystemKind.check(path)
        let configuration = configuration(busyWait: busyWait) { try FileHeader.check($0, path) }
        return try SQLiteStore(path: path, configuration: configuration)
    }

    /// Makes an empty store; the file must not exist.
    package static func create(_ path: String) throws -> SQLiteStore {
        try FileSystemKind.check(FilePathText.folder(of: path))
        try makeFile(path)
        let store = try SQLiteStore(path: FileHeader.resolve(path), configuration: configuration(busyWait: 5) { _ in })
        try Failure.translated(path) {
            try store.queue.write { database in
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(formatVersion)")
                try Schema.create(database)
            }
            // The header's id and format stand in the main file from the beginning, not only in its log.
            try store.queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        }
        return store
    }

    /// Makes the empty file; SQLite gives its mode to the files beside it (`-wal`, `-shm`).
    ///
    /// A function of its own, so that the descriptor is closed before SQLite opens the file: see ``FileHeader``.
    private static func makeFile(_ path: String) throws(VaultError) {
        let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try file.makePrivate(path)
    }

    /// Moves everything into the main file and closes, so that the file can be renamed.
    ///
    /// For a store that was just made and that nobody else knows: the files beside it go.
    package func seal() throws {
        try Failure.translated(queue.path) {
            try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try queue.close()
        }
        for suffix in ["-change", "-lock"] { unlink(queue.path + suffix) }
    }

    private static func configuration(
        busyWait: Double, check: @escaping @Sendable (Database) throws -> Void
    ) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyWait)
        configuration.label = "coffer.vault"
        // SQL arguments hold boxes, never plain secrets; still no error shows them.
        configuration.publicStatementArguments = false
        configuration.prepareDatabase { database in
            try check(database)
            // https://sqlite.org/wal.html, https://sqlite.org/pragma.html#pragma_secure_delete
            // The answer is the mode in force: where a log can't be kept, our durability does not hold.
            guard try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL") == "wal" else {
                throw VaultError(
                    .unsuitable, "the vault lies where no write-ahead log can be kept; move it to a local disk")
            }
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
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncRead { [path = queue.path] database in
                continuation.resume(
                    with: Swift.Result {
                        try Failure.translated(path) { try body(SQLiteTransaction(database: database.get())) }
                    })
            }
        }
    }

    package func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        // GRDB's async methods interrupt SQLite when the calling task is cancelled, and a refresh token that came
        // must be kept whoever still waits for it. Hence the callback forms, here and in `read`, which don't.
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { [path = queue.path, notice] database in
                continuation.resume(
                    with: Swift.Result {
                        try Failure.translated(path) { try Self.transact(durability, database, notice, body) }
                    })
            }
        }
    }

    private static func transact<Result>(
        _ durability: Durability, _ database: Database, _ notice: ChangeNotice,
        _ body: (any StoreWriting) throws -> Result
    ) throws -> Result {
        // In WAL mode NORMAL commits without a sync: whole after a kill, perhaps gone after a power
        // cut. The pragma has no effect inside a transaction, hence this order.
        try database.execute(sql: "PRAGMA synchronous = \(durability == .synced ? "FULL" : "NORMAL")")
        let transaction = SQLiteTransaction(database: database)
        var result: Result?
        var begun: ChangeNotice.Begun?
        // Also if the commit fails: nobody may be left with an odd number.
        defer { begun?.end() }
        try database.inTransaction(.immediate) {
            result = try body(transaction)
            if transaction.notes.changesContents { begun = try notice.begin() } else { notice.settle() }
            return .commit
        }
        if transaction.notes.leavesWish { notice.tellOfWish() }
        guard let result else { throw VaultError(.unreadable, "the transaction gave no result") }
        return result
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
