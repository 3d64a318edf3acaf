// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import GRDB

/// What can be said of a file without a key.
enum FileCheck {
    /// Sentences, at most ``StoreCheck/limit`` of them.
    static func problems(_ database: Database) throws -> [String] {
        let found = try structure(database) + objects(database) + strayBindings(database)
        guard found.count > StoreCheck.limit else { return found }
        return found.prefix(StoreCheck.limit - 1) + ["there is more that is not listed"]
    }

    private static func structure(_ database: Database) throws -> [String] {
        do {
            return try String.fetchAll(database, sql: "PRAGMA integrity_check(\(StoreCheck.limit))")
                .filter { $0 != "ok" }.map { "SQLite says of the file: \(plain($0))" }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return ["SQLite can't read the whole file"]
        }
    }

    /// Whatever is in the file beside our tables, or not as we make them: a trigger of somebody else's would run in our
    /// writes.
    private static func objects(_ database: Database) throws -> [String] {
        let expected = try DatabaseQueue().write { fresh in
            try Schema.create(fresh)
            return try descriptions(fresh)
        }
        let found = try descriptions(database)
        let strange = found.filter { expected[$0.key] == nil }.keys.map { "there is \($0), which Coffer did not make" }
        let missing = expected.filter { found[$0.key] == nil }.keys.map { "there is no \($0)" }
        let changed = expected.filter { name, text in
            found[name].map { $0 != text && $0 != Schema.earlier[name] } ?? false
        }.keys.map { "\($0) is not as Coffer makes it" }
        return (strange + missing + changed).sorted()
    }

    /// How a table ends that is ordered by its key: https://sqlite.org/withoutrowid.html.
    private static let clustered = ", WITHOUT ROWID"

    private static func descriptions(_ database: Database) throws -> [String: String] {
        // Left out: the indexes of keys, which have no text, what ANALYZE leaves, which changes no meaning, and how a table's rows
        // are ordered in the file, which differs between versions of Coffer.
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT type, name, sql FROM sqlite_schema WHERE NOT (type = 'index' AND sql IS NULL)
                AND NOT (type = 'table' AND name LIKE 'sqlite\\_stat%' ESCAPE '\\') LIMIT 1000
                """)
        return Dictionary(
            rows.map { row in
                let words = [row[0] as DatabaseValue, row[1] as DatabaseValue, row[2] as DatabaseValue]
                    .map { String.fromDatabaseValue($0) ?? "" }
                let text = words[2].hasSuffix(clustered) ? String(words[2].dropLast(clustered.count)) : words[2]
                return (plain("\(words[0]) \(words[1])"), text)
            }, uniquingKeysWith: { first, second in first + second })
    }

    /// Rows of the index of writes whose event is not there.
    private static func strayBindings(_ database: Database) throws -> [String] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT hex(b.entry), b.version, hex(b.signer), b.sequence FROM audit_binding b WHERE NOT EXISTS
                (SELECT 1 FROM audit a WHERE a.signer = b.signer AND a.sequence = b.sequence)
                ORDER BY b.entry, b.version LIMIT \(StoreCheck.limit)
                """
        ).map { row in
            let entry = (String.fromDatabaseValue(row[0] as DatabaseValue) ?? "").prefix(64).lowercased()
            let signer = (String.fromDatabaseValue(row[2] as DatabaseValue) ?? "").prefix(16).lowercased()
            return """
                the index of writes names event \(row.unsigned(3)) of signer \(signer) for version \(row.unsigned(1)) of \
                entry \(entry), and there is no such event
                """
        }
    }

    /// Text out of a file that anybody may have written: short, and plain ASCII.
    private static func plain(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(200).filter { (0x20..<0x7F).contains($0.value) }))
    }
}
