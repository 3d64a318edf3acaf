// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The rollback journal of a transaction that was cut short.
enum HotJournal {
    /// Begins a transaction that deletes every row of a copy, and keeps the journal as it is in its middle.
    ///
    /// - Throws: ``Unusable`` if SQLite does not roll it back, so that nothing would be tried with it.
    static func write(of path: String, to place: String) throws {
        let copy = path + "-copy"
        defer { for suffix in ["", "-journal"] { try? FileManager.default.removeItem(atPath: copy + suffix) } }
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let queue = try DatabaseQueue(path: copy)
        try queue.writeWithoutTransaction { database in
            // Without syncs the header counts no records, and what lies in the file is all of them; what is deleted is
            // overwritten, so that these are all pages.
            try database.execute(
                sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON")
            try database.inTransaction {
                for table in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table'") {
                    try database.execute(sql: "DELETE FROM \(table)")
                }
                try FileManager.default.copyItem(atPath: copy + "-journal", toPath: place)
                return .rollback
            }
        }
        try queue.close()
        try check(place, copy)
    }

    /// Puts it beside the file, of which then nothing is left but what the journal holds.
    private static func check(_ journal: String, _ copy: String) throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: copy))
        var emptied = before
        let page = 4096
        for start in stride(from: page, to: emptied.count, by: page) {
            emptied.replaceSubrange(start..<start + page, with: Data(repeating: 0, count: page))
        }
        try emptied.write(to: URL(fileURLWithPath: copy))
        try FileManager.default.copyItem(atPath: journal, toPath: copy + "-journal")
        let queue = try DatabaseQueue(path: copy)
        let tables = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry") }
        try queue.close()
        guard (tables ?? 0) > 0, !FileManager.default.fileExists(atPath: copy + "-journal") else {
            throw Unusable("the journal at \(journal) is not rolled back")
        }
    }
}
