// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault
import GRDB

extension SQLiteStore {
    package func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        guard let notice else { throw VaultError(.unreadable, "the vault \(path) lies where nothing can be written") }
        // GRDB's async methods interrupt SQLite when the calling task is cancelled, and a refresh token that came
        // must be kept whoever still waits for it. Hence the callback forms, here and in `read`, which don't.
        return try await withCheckedThrowingContinuation { continuation in
            let write = WaitingWrite(body, continuation)
            guard durability == .synced else {
                // What needs no disk does not wait for those who do.
                return queue.asyncWriteWithoutTransaction { commit([write], durability, $0, notice) }
            }
            // Who comes while a commit is under way shares the next one with all others that come.
            guard waiting.isFirst(write) else { return }
            queue.asyncWriteWithoutTransaction { commit(waiting.take(), durability, $0, notice) }
        }
    }

    /// Commits writes together and tells each how it ended; each by itself where together they can't.
    ///
    /// One that fails undoes only what it did. Where SQLite gave up the whole transaction, because the disk is full or
    /// fails, nobody knows whose fault it was.
    private func commit(
        _ writes: [any GroupedWrite], _ durability: Durability, _ database: Database, _ notice: ChangeNotice
    ) {
        let remaining = attempt(writes, durability, database, notice)
        for write in remaining { _ = attempt([write], durability, database, notice) }
        // Before anybody is told: a command that is may end at once.
        logBound.keep(database)
        for write in writes { write.end() }
    }

    /// - Returns: those that must be tried by themselves; of the others it is known how they ended.
    private func attempt(
        _ writes: [any GroupedWrite], _ durability: Durability, _ database: Database, _ notice: ChangeNotice
    ) -> [any GroupedWrite] {
        patience.begin()
        defer { patience.finish() }
        let turn = WriterTurn(path: path + "-lock").take(patience)
        defer { turn?.release() }
        var isBegun = false
        do {
            try Failure.translated(path) {
                try transact(durability, database, notice) { transaction in
                    turn?.release()
                    patience.finish()
                    isBegun = true
                    try run(writes, in: transaction)
                }
            }
        } catch {
            // Who could not even begin would not alone either; he has waited as long as anybody may.
            if isBegun, writes.count > 1 { return writes }
            for write in writes { write.fail(error) }
        }
        return []
    }

    private func run(_ writes: [any GroupedWrite], in transaction: SQLiteTransaction) throws {
        guard writes.count > 1 else {
            for write in writes { try write.run(in: transaction) }
            return
        }
        for write in writes {
            do {
                try Failure.translated(path) {
                    try transaction.database.inSavepoint {
                        try write.run(in: transaction)
                        return .commit
                    }
                }
            } catch {
                guard transaction.database.isInsideTransaction else { throw error }
                write.fail(error)
            }
        }
    }

    private func transact(
        _ durability: Durability, _ database: Database, _ notice: ChangeNotice,
        _ body: (SQLiteTransaction) throws -> Void
    ) throws {
        // In WAL mode NORMAL commits without a sync: whole after a kill, perhaps gone after a power
        // cut. The pragma has no effect inside a transaction, hence this order. At rest it is FULL.
        try database.execute(sql: "PRAGMA synchronous = \(durability == .synced ? "FULL" : "NORMAL")")
        defer { if durability == .flushed { try? database.execute(sql: "PRAGMA synchronous = FULL") } }
        let transaction = SQLiteTransaction(database: database, locks: locks)
        var begun: ChangeNotice.Begun?
        // Also if the commit fails: nobody may be left with an odd number.
        defer { begun?.end() }
        try database.inTransaction(.immediate) {
            try body(transaction)
            if transaction.notes.changesContents { begun = try notice.begin() } else { notice.settle() }
            return .commit
        }
        if transaction.notes.leavesWish { notice.tellOfWish() }
    }
}
