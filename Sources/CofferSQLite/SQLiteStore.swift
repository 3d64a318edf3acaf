// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault
import GRDB

/// A vault in one SQLite file, through GRDB.
///
/// WAL, full synchronisation for writes, a bounded wait for other processes. Beside the file lie
/// `FILE-lock` (entry locks), `FILE-change` (the change counter), `FILE-pace` (rate limits), `FILE-reserve` (room for an emergency) and
/// `FILE-spill/`.
package struct SQLiteStore: VaultStore {
    /// The format this program writes, in `PRAGMA user_version`.
    package static let formatVersion = 1
    /// `COFF`, in `PRAGMA application_id`, so that another program's database is told apart.
    static let applicationID = 0x434F_4646

    /// The one connection, and the queue on which it is used.
    let queue: DatabaseQueue
    /// The file, without symbolic links.
    let path: String
    /// Whether nothing can be written where the vault lies.
    package let isReadOnly: Bool
    let locks: EntryLockFile
    private let spillFolder: SpillFolder
    let notice: ChangeNotice?
    private let pace: PaceFile?
    let logBound: LogBound
    let patience: LockPatience
    /// The synced writes that wait for the queue.
    let waiting = WaitingWrites()
    /// Held as long as the store is in use; nil under a claim, and where no lock file can be made.
    private let presence: EntryLock?

    /// The place for what could not be committed.
    package var spill: any SpillStore { spillFolder }

    /// Tells of changes that any process on this machine makes.
    package var change: (any ChangeCounter)? { notice?.page }

    /// What all processes on this vault count together: who sends when.
    package func sharedCells() throws -> (any SharedCells)? { try pace?.current() }

    init(
        path: String, queue: DatabaseQueue, presence: EntryLock?, isReadOnly: Bool, patience: LockPatience
    ) throws {
        self.path = path
        self.queue = queue
        self.presence = presence
        self.isReadOnly = isReadOnly
        self.patience = patience
        logBound = LogBound(path: path, patience: patience)
        notice = isReadOnly ? nil : try ChangeNotice(path: path + "-change")
        pace = isReadOnly ? nil : PaceFile(path: path + "-pace")
        locks = EntryLockFile(path: path + "-lock")
        spillFolder = SpillFolder(beside: path)
    }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        // GRDB's own reading also switches the connection to `query_only` and back, which takes longer than most of what is
        // read here. ``StoreReading`` has no way to write.
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { [path, locks] database in
                continuation.resume(
                    with: Swift.Result {
                        try Failure.translated(path) {
                            try database.readingOnce { try body(SQLiteTransaction(database: database, locks: locks)) }
                        }
                    })
            }
        }
    }

    /// Opening waits for SQLite on its caller's thread already; a change of threads would be a good part of what is left.
    package func readAtOnce<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try readHere(body)
    }

    private func readHere<Result>(_ body: (any StoreReading) throws -> Result) throws -> Result {
        try Failure.translated(path) {
            try queue.writeWithoutTransaction { database in
                try database.readingOnce { try body(SQLiteTransaction(database: database, locks: locks)) }
            }
        }
    }

    /// At once, on the thread that asks: a lock of a file's waits for nothing.
    package func tryLock(_ id: EntryID) throws -> (any StoreLock)? {
        try locks.tryLock(id)
    }

    package func heldLocks() throws -> [LockPlace] { try locks.held() }
}
