// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium
import GRDBSQLite

/// What sealing rows again costs at least: libsodium's calls and SQLite's statements, one after the other in one thread,
/// and nothing around them.
struct PlainResealing: ~Copyable {
    /// Rows in one transaction, as many as the vault takes.
    private static let batchLength = 1_000
    /// The nonce before a box's ciphertext, and the tag behind it.
    private static let nonceByteCount = 24
    private static let tagByteCount = 16
    // As a vault's connection has them.
    private static let settings = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON
        """
    /// SQLite copies what is bound with it.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// A row as it was read: its key and its boxes.
    private struct Row {
        let id: [UInt8]
        var boxes: [[UInt8]]
    }

    private var database: OpaquePointer?
    private var reading: OpaquePointer?
    private var writing: OpaquePointer?
    private var key = [UInt8](repeating: 7, count: 32)
    private var signingKey = [UInt8](repeating: 0, count: 64)
    private var scratch = [UInt8](repeating: 0, count: 1 << 16)

    /// Opens a copy of a vault's file; what is written to it is no vault any more.
    init(_ path: String) throws {
        var publicKey = [UInt8](repeating: 0, count: 32)
        crypto_sign_keypair(&publicKey, &signingKey)
        try PlainSQLite.check(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, nil))
        try PlainSQLite.check(sqlite3_exec(database, Self.settings, nil, nil, nil))
        let columns = "SELECT id, use_box, issue_box FROM entry WHERE id > ? ORDER BY id LIMIT \(Self.batchLength)"
        try PlainSQLite.check(sqlite3_prepare_v2(database, columns, -1, &reading, nil))
        let update = """
            UPDATE entry SET lookup = ?, use_box = ?, issue_box = ?, signature = ?, generation = generation + 1
            WHERE id = ?
            """
        try PlainSQLite.check(sqlite3_prepare_v2(database, update, -1, &writing, nil))
    }

    deinit {
        sqlite3_finalize(reading)
        sqlite3_finalize(writing)
        sqlite3_close(database)
    }

    /// Reads every row, opens and seals boxes of the sizes of its own, signs once, and writes the row back.
    mutating func run() throws {
        var last: [UInt8] = []
        while true {
            let rows = try read(after: last)
            guard let end = rows.last else { return }
            last = end.id
            try PlainSQLite.check(sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil))
            for row in rows { try write(row) }
            try PlainSQLite.check(sqlite3_exec(database, "COMMIT", nil, nil, nil))
        }
    }

    private func read(after id: [UInt8]) throws -> [Row] {
        var rows: [Row] = []
        try PlainSQLite.check(sqlite3_bind_blob(reading, 1, id, Int32(id.count), Self.transient))
        while sqlite3_step(reading) == SQLITE_ROW {
            rows.append(Row(id: blob(0), boxes: [blob(1), blob(2)]))
        }
        try PlainSQLite.check(sqlite3_reset(reading))
        return rows
    }

    private func blob(_ column: Int32) -> [UInt8] {
        let count = Int(sqlite3_column_bytes(reading, column))
        guard count > 0, let bytes = sqlite3_column_blob(reading, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    private mutating func write(_ row: Row) throws {
        var row = row
        var lookup = [UInt8](repeating: 0, count: 32)
        crypto_generichash(&lookup, 32, row.id, UInt64(row.id.count), key, key.count)
        for index in row.boxes.indices { try reseal(&row.boxes[index]) }
        var signature = [UInt8](repeating: 0, count: 64)
        crypto_sign_detached(&signature, nil, lookup, 32, signingKey)
        for (index, bytes) in ([lookup] + row.boxes + [signature, row.id]).enumerated() {
            try PlainSQLite.check(
                sqlite3_bind_blob(writing, Int32(index + 1), bytes, Int32(bytes.count), Self.transient))
        }
        guard sqlite3_step(writing) == SQLITE_DONE else { throw BenchError.noValue }
        try PlainSQLite.check(sqlite3_reset(writing))
    }

    /// Seals what a box has room for under a key of our own, and opens it: the vault's keys are not at hand here, and
    /// the bytes make no difference to the time.
    private mutating func reseal(_ box: inout [UInt8]) throws {
        let length = box.count - Self.nonceByteCount - Self.tagByteCount
        guard length > 0, length <= scratch.count else { throw BenchError.noValue }
        var nonce = [UInt8](repeating: 0, count: Self.nonceByteCount)
        randombytes_buf(&nonce, nonce.count)
        var sealed = [UInt8](repeating: 0, count: length + Self.tagByteCount)
        crypto_aead_xchacha20poly1305_ietf_encrypt(&sealed, nil, scratch, UInt64(length), nil, 0, nil, nonce, key)
        let status = crypto_aead_xchacha20poly1305_ietf_decrypt(
            &scratch, nil, nil, sealed, UInt64(sealed.count), nil, 0, nonce, key)
        guard status == 0 else { throw BenchError.noValue }
        box = nonce + sealed
    }
}
