// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import GRDB
import Testing

@testable import CofferSQLite

/// What is asked for often is looked up, however many rows there are.
@Suite struct QueryPlanTests {
    @Test func `look-ups, due rows, heads and pages go along an index and sort nothing`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let signer = try SigningPublicKey(RandomBytes.make(byteCount: 32))
        let plans = try await store.read { reader in
            let database = try #require(reader as? SQLiteTransaction).database
            var statements: [String] = []
            database.trace { event in
                if case .statement(let statement) = event { statements.append(statement.expandedSQL) }
            }
            _ = try reader.row(space: BareRow.space, lookup: .zero)
            _ = try reader.row(id: .random())
            _ = try reader.rows(space: BareRow.space, dueBy: 5, limit: 5)
            _ = try reader.rows(space: BareRow.space, after: .random(), limit: 5)
            _ = try reader.rows(space: BareRow.space, olderThan: 5, after: .random(), limit: 5)
            _ = try reader.head(of: signer)
            _ = try reader.heads()
            _ = try reader.events(of: signer, from: 1, limit: 5)
            _ = try reader.newestWrite(of: .random())
            _ = try reader.newestEpoch()
            _ = try reader.fingerprint(space: BareRow.space, tag: .zero)
            _ = try reader.fingerprints(space: BareRow.space, after: .zero, limit: 5)
            _ = try reader.journal(of: .random())
            _ = try reader.passphraseBox(of: signer)
            database.trace(options: [])
            return try statements.map { statement in
                let steps = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(statement)").map {
                    ($0["detail"] as String?) ?? ""
                }
                return (statement, steps.joined(separator: "; "))
            }
        }
        #expect(plans.count >= 14)
        for (statement, plan) in plans {
            #expect(plan.contains("SEARCH"), "\(statement): \(plan)")
            #expect(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "\(statement): \(plan)")
        }
    }

    @Test func `the oldest generation of a space is found in an index`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let plan = try await store.read { reader in
            let database = try #require(reader as? SQLiteTransaction).database
            return try Row.fetchAll(
                database,
                sql: "EXPLAIN QUERY PLAN SELECT generation FROM entry WHERE space = x'00' ORDER BY generation LIMIT 1"
            ).map { ($0["detail"] as String?) ?? "" }.joined(separator: "; ")
        }
        #expect(plan.contains("entry_generation") && !plan.contains("TEMP B-TREE"))
    }

    @Test func `no table with long rows is ordered by its key, where each comparison would read a whole row`()
        async throws
    {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let tables = try await store.read { reader in
            let database = try #require(reader as? SQLiteTransaction).database
            return try String.fetchSet(database, sql: "SELECT name FROM pragma_table_list WHERE wr = 0")
        }
        #expect(tables.isSuperset(of: ["entry", "audit", "collected", "journal", "manifest"]))
    }
}
