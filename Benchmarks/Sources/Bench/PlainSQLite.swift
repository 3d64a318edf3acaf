// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import GRDBSQLite

/// SQLite by its C interface and nothing around it.
enum PlainSQLite {
    /// Opens a file with the pragmas that a careful program sets, reads one row by its key, closes.
    static func openAndRead(_ path: String, id: [UInt8]) throws {
        var database: OpaquePointer?
        try check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, nil))
        defer { sqlite3_close(database) }
        try check(sqlite3_busy_timeout(database, 5000))
        try check(sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", nil, nil, nil))
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(database, "SELECT * FROM entry WHERE id = ?", -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        try check(sqlite3_bind_blob(statement, 1, id, Int32(id.count), nil))
        guard sqlite3_step(statement) == SQLITE_ROW, sqlite3_column_bytes(statement, 6) > 0 else {
            throw BenchError.noValue
        }
    }

    static func check(_ status: Int32) throws {
        guard status == SQLITE_OK else { throw BenchError.sqlite(status) }
    }
}
