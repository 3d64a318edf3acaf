// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import GRDB

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What SQLite says of an open vault: the settings in force, and whether the file holds together.
package struct StoreCondition: Sendable, Equatable {
    /// `PRAGMA journal_mode`; ours is `wal`.
    package let journalMode: String
    /// `PRAGMA synchronous`; ours is 2, `FULL`.
    package let synchronous: Int
    /// `PRAGMA secure_delete`; ours is 1.
    package let secureDelete: Int
    /// `PRAGMA application_id`.
    package let applicationID: Int
    /// `PRAGMA user_version`: the format.
    package let format: Int
    /// What `PRAGMA quick_check` found, at most ten sentences; empty if the file holds together.
    package let faults: [String]
    /// How large the file is, in bytes.
    package let byteCount: Int64
    /// How large its write-ahead log is, in bytes.
    package let logByteCount: Int64

    /// States a condition.
    package init(
        journalMode: String, synchronous: Int, secureDelete: Int, applicationID: Int, format: Int, faults: [String],
        byteCount: Int64, logByteCount: Int64
    ) {
        self.journalMode = journalMode
        self.synchronous = synchronous
        self.secureDelete = secureDelete
        self.applicationID = applicationID
        self.format = format
        self.faults = faults
        self.byteCount = byteCount
        self.logByteCount = logByteCount
    }
}

extension SQLiteStore {
    /// Asks SQLite; reads every page of the file (https://sqlite.org/pragma.html#pragma_quick_check).
    package func condition() async throws -> StoreCondition {
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncRead { [path] database in
                continuation.resume(
                    with: Swift.Result {
                        try Failure.translated(path) { try Self.condition(of: database.get(), path) }
                    })
            }
        }
    }

    private static func condition(of database: Database, _ path: String) throws -> StoreCondition {
        func number(_ name: String) throws -> Int { try Int.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
        let found = try String.fetchAll(database, sql: "PRAGMA quick_check(10)")
        return StoreCondition(
            journalMode: try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "",
            synchronous: try number("synchronous"), secureDelete: try number("secure_delete"),
            applicationID: try number("application_id"), format: try number("user_version"),
            faults: found == ["ok"] ? [] : found, byteCount: byteCount(path), logByteCount: byteCount(path + "-wal"))
    }

    /// By name: closing a descriptor of the live file would drop SQLite's locks, see ``FileHeader``.
    private static func byteCount(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Whether the settings are those that the vault's promises rest on; otherwise what differs.
    package static func differences(in condition: StoreCondition) -> [String] {
        var found: [String] = []
        if condition.journalMode != "wal" { found.append("journal_mode is \(condition.journalMode), not wal") }
        if condition.synchronous != 2 { found.append("synchronous is \(condition.synchronous), not 2 (full)") }
        if condition.secureDelete != 1 { found.append("secure_delete is \(condition.secureDelete), not 1") }
        if condition.applicationID != applicationID { found.append("the application id is not Coffer's") }
        if condition.format != formatVersion { found.append("the format is \(condition.format), not \(formatVersion)") }
        return found
    }
}
