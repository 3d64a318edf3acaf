// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferPostgres
import CofferVault
import Foundation
import GRDB
import PostgresServer

/// The rows of a vault's file in a database, where its administrator changes them with PostgreSQL's own client.
final class DatabaseRows {
    /// The vault there; it keeps nothing of what it read.
    let store: any VaultStore
    private let database: PostgresDatabase
    private var client: PostgresClient

    /// Copies them into a database of their own.
    init(copying path: String, beside prefix: String) async throws {
        database = try PostgresServer.shared().makeDatabase()
        store = try await PostgresStore.create(database.url, beside: prefix)
        client = try PostgresClient(database)
        for table in try Table.all(of: path) { try putBack(table) }
    }

    /// Makes a change, has somebody look, and takes it back; nil if PostgreSQL does not let it come about.
    func with(_ change: any Change, _ look: () async throws -> String) async throws -> String? {
        guard let change = change as? RowChange, let steps = change.steps(),
            try run(steps.map { Self.sql($0, change.table) })
        else { return nil }
        let seen = try await look()
        try putBack(change.table)
        return seen
    }

    private func putBack(_ table: Table) throws {
        let rows = table.rows.isEmpty ? [] : [Self.inserting(table.rows, table)]
        guard try run(["DELETE FROM coffer.\(table.name)"] + rows) else {
            throw Unusable("the rows of \(table.name) do not go into a database")
        }
    }

    /// Runs statements, all or none; whether they all succeeded.
    private func run(_ statements: [String]) throws -> Bool {
        let answer = try client.ask("BEGIN; \(statements.joined(separator: "; ")); COMMIT; SELECT 'done'")
        if answer == "done" { return true }
        // The client ended with the statement that was refused.
        client = try PostgresClient(database)
        return false
    }

    // MARK: - SQL

    private static func sql(_ step: RowChange.Step, _ table: Table) -> String {
        switch step {
        case .delete(let row):
            let key = table.keyColumns.map { "\(table.columns[$0]) = \(literal(row[$0]))" }
            return "DELETE FROM coffer.\(table.name) WHERE \(key.joined(separator: " AND "))"
        case .insert(let row):
            return inserting([row], table)
        }
    }

    private static func inserting(_ rows: [[DatabaseValue]], _ table: Table) -> String {
        let values = rows.map { row in "(\(row.map { literal($0) }.joined(separator: ", ")))" }
        return """
            INSERT INTO coffer.\(table.name) (\(table.columns.joined(separator: ", "))) \
            VALUES \(values.joined(separator: ", "))
            """
    }

    /// A value; its column says of which type, which for a flag takes 0 and 1 only.
    private static func literal(_ value: DatabaseValue) -> String {
        switch value.storage {
        case .null, .double: "NULL"
        case .int64(let number): "'\(number)'"
        // What no text of PostgreSQL's may hold is refused there.
        case .string(let text): "convert_from('\\x\(hexadecimal(Array(text.utf8)))', 'UTF8')"
        case .blob(let data): "'\\x\(hexadecimal(Array(data)))'"
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
