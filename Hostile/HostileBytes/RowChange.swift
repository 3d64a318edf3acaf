// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// A table of the vault as it was written.
struct Table: Sendable {
    let name: String
    let columns: [String]
    /// How many columns, from the first, are its key.
    let keyColumns: [Int]
    let rows: [[DatabaseValue]]

    /// All tables of a file.
    static func all(of path: String) throws -> [Table] {
        var configuration = Configuration()
        configuration.readonly = true
        let queue = try DatabaseQueue(path: "file:\(path)?immutable=1", configuration: configuration)
        return try queue.read { database in
            try String.fetchAll(database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map
            {
                let info = try Row.fetchAll(database, sql: "PRAGMA table_info(\($0))")
                let columns: [String] = info.map { $0["name"] }
                let keys = info.indices.filter { (info[$0]["pk"] as Int) > 0 }
                let order = keys.map { columns[$0] }.joined(separator: ", ")
                let rows = try Row.fetchAll(database, sql: "SELECT * FROM \($0) ORDER BY \(order)")
                return Table(
                    name: $0, columns: columns, keyColumns: keys, rows: rows.map { Array($0.databaseValues) })
            }
        }
    }

    /// How many bytes of a value can be changed.
    func width(_ row: Int, _ column: Int) -> Int {
        switch rows[row][column].storage {
        case .null: 0
        case .int64, .double: 8
        case .string(let text): text.utf8.count
        case .blob(let data): data.count
        }
    }

    /// The condition that a row's key makes, with its arguments.
    func key(_ row: [DatabaseValue]) -> (sql: String, arguments: StatementArguments) {
        (
            keyColumns.map { "\(columns[$0]) IS ?" }.joined(separator: " AND "),
            StatementArguments(keyColumns.map { row[$0] })
        )
    }
}

/// A change of rows made with SQLite itself, by somebody who may write the file and has no key.
struct RowChange: Change {
    /// What happens.
    enum Kind: Sendable {
        /// A byte of a column is changed.
        case flip(Int, Int, Int, UInt8)
        /// Two rows change one column.
        case swap(Int, Int, Int)
        /// A row is written a second time under another's key, which goes.
        case duplicate(Int, onto: Int)
        /// A row goes.
        case delete(Int)
        /// A row is as it was in the middle, or there again.
        case replay([DatabaseValue])
    }

    let table: Table
    let kind: Kind

    func apply(to place: Scratch, of fixture: Fixture) throws -> Bool {
        try place.write(fixture.whole)
        let queue = try DatabaseQueue(path: place.vault)
        defer { try? queue.close() }
        do {
            return try queue.write { try change($0) }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            return false
        }
    }

    /// One thing that is done to the table.
    enum Step: Sendable {
        case delete([DatabaseValue])
        case insert([DatabaseValue])
    }

    /// What is done, in order; nil where nothing would change.
    func steps() -> [Step]? {
        switch kind {
        case .flip(let row, let column, let byte, let mask):
            let old = table.rows[row]
            guard let value = flipped(old[column], byte, mask) else { return nil }
            return [.delete(old), .insert(replacing(old, column, value))]
        case .swap(let first, let second, let column):
            let (one, other) = (table.rows[first], table.rows[second])
            guard one[column] != other[column] else { return nil }
            // Taken out and put in again, so that no key is there twice in between.
            return [
                .delete(one), .delete(other), .insert(replacing(one, column, other[column])),
                .insert(replacing(other, column, one[column])),
            ]
        case .duplicate(let row, let target):
            guard row != target else { return nil }
            var copy = table.rows[row]
            for column in table.keyColumns { copy[column] = table.rows[target][column] }
            return [.delete(table.rows[target]), .insert(copy)]
        case .delete(let row):
            return [.delete(table.rows[row])]
        case .replay(let row):
            guard !table.rows.contains(row) else { return nil }
            return [.delete(row), .insert(row)]
        }
    }

    private func change(_ database: Database) throws -> Bool {
        guard let steps = steps() else { return false }
        for step in steps {
            switch step {
            case .delete(let row): try delete(database, row)
            case .insert(let row): try insert(database, row)
            }
        }
        return true
    }

    private func replacing(_ row: [DatabaseValue], _ column: Int, _ value: DatabaseValue) -> [DatabaseValue] {
        var row = row
        row[column] = value
        return row
    }

    private func delete(_ database: Database, _ row: [DatabaseValue]) throws {
        let key = table.key(row)
        try database.execute(sql: "DELETE FROM \(table.name) WHERE \(key.sql)", arguments: key.arguments)
    }

    private func insert(_ database: Database, _ row: [DatabaseValue]) throws {
        let marks = row.map { _ in "?" }.joined(separator: ", ")
        try database.execute(sql: "INSERT INTO \(table.name) VALUES (\(marks))", arguments: StatementArguments(row))
    }

    private func flipped(_ value: DatabaseValue, _ byte: Int, _ mask: UInt8) -> DatabaseValue? {
        switch value.storage {
        case .null, .double: nil
        case .int64(let number): (number ^ Int64(truncatingIfNeeded: UInt64(mask) << (8 * UInt64(byte)))).databaseValue
        case .string(let text):
            String(validating: text.utf8.enumerated().map { $0 == byte ? $1 ^ mask : $1 }, as: UTF8.self)?.databaseValue
        case .blob(let data): Data(data.enumerated().map { $0 == byte ? $1 ^ mask : $1 }).databaseValue
        }
    }
}
