// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSQLiteOptions
import GRDBSQLite

/// A file opened by SQLite's C interface and nothing around it, until it is let go.
final class PlainSQLite {
    /// What the store sets, in one call: durable, with what is overwritten wiped, and careful with strangers' files.
    private static let pragmas = """
        PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL; PRAGMA secure_delete = ON
        """

    private var database: OpaquePointer?

    /// Opens a file as a careful program does.
    init(opening path: String) throws {
        try Self.check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil))
        try Self.check(sqlite3_busy_timeout(database, 5000))
        try Self.check(sqlite3_exec(database, Self.pragmas, nil, nil, nil))
        // As the store, so that both find the log as the one before left it.
        try Self.check(coffer_sqlite_checkpoint_on_close(UnsafeMutableRawPointer(database), 0))
    }

    deinit { sqlite3_close(database) }

    /// Reads the row of an entry by its key.
    func read(_ id: [UInt8]) throws {
        var statement: OpaquePointer?
        try Self.check(sqlite3_prepare_v2(database, "SELECT * FROM entry WHERE id = ?", -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        try Self.check(sqlite3_bind_blob(statement, 1, id, Int32(id.count), nil))
        guard sqlite3_step(statement) == SQLITE_ROW, sqlite3_column_bytes(statement, 6) > 0 else {
            throw BenchError.noValue
        }
    }

    /// The one number that a query gives.
    func number(_ query: String) throws -> Int {
        var statement: OpaquePointer?
        try Self.check(sqlite3_prepare_v2(database, query, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        guard sqlite3_step(statement) == SQLITE_ROW else { throw BenchError.noValue }
        return Int(sqlite3_column_int64(statement, 0))
    }

    static func check(_ status: Int32) throws {
        guard status == SQLITE_OK else { throw BenchError.sqlite(status) }
    }
}
