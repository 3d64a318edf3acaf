// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSQLiteOptions
import GRDB

/// Statements straight through SQLite's C interface, for what every opening and every reading runs: no values, no rows.
extension Database {
    /// Runs statements.
    func run(_ sql: String) throws {
        try check(coffer_sqlite_run(connection(), sql))
    }

    /// The integer that a statement gives.
    func integer(_ sql: String) throws -> Int64 {
        var value: Int64 = 0
        try check(coffer_sqlite_integer(connection(), sql, &value))
        return value
    }

    /// Asks for a write-ahead log; whether one is kept then.
    func keepsLog() throws -> Bool {
        var isKept: Int32 = 0
        try check(coffer_sqlite_keep_log(connection(), &isKept))
        return isKept == 1
    }

    /// Keeps a schema that somebody else wrote into the file from calling functions.
    ///
    /// See https://sqlite.org/security.html
    func distrustSchema() throws {
        try check(coffer_sqlite_trust_schema(connection(), 0))
    }

    /// Whether the last connection to close moves the log into the file.
    func setCheckpointOnClose(_ checkpoints: Bool) throws {
        try check(coffer_sqlite_checkpoint_on_close(connection(), checkpoints ? 1 : 0))
    }

    /// Runs `body` over one consistent state, and ends the transaction whatever becomes of it.
    func readingOnce<Result>(_ body: () throws -> Result) throws -> Result {
        try run("BEGIN DEFERRED")
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            try? run("ROLLBACK")
            throw error
        }
    }

    private func connection() throws -> UnsafeMutableRawPointer {
        guard let sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
        return UnsafeMutableRawPointer(sqliteConnection)
    }

    private func check(_ status: Int32) throws {
        guard status == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: status)) }
    }
}
