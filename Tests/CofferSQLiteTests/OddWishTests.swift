// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import GRDB
import Testing

@testable import CofferSQLite

/// Rows in the table of wishes whose keys have a size that no wish has.
@Suite struct OddWishTests {
    /// A store with a wish between rows that are none.
    private static func fill(_ store: SQLiteStore) async throws -> StoredWish {
        let wish = StoredWish(
            entry: .random(), signer: try SigningPublicKey(RandomBytes.make(byteCount: 32)), body: [1])
        try await store.write(.flushed) { try $0.leave(wish) }
        try await store.queue.write { database in
            for (entryCount, signerCount) in [(0, 32), (15, 32), (17, 32), (16, 0), (16, 31), (16, 33), (1 << 16, 32)] {
                try database.execute(
                    sql: "INSERT INTO wish (entry, signer, body) VALUES (zeroblob(?), zeroblob(?), ?)",
                    arguments: [entryCount, signerCount, Data([2])])
            }
        }
        return wish
    }

    @Test func `are passed over, and take no place among the wishes`() async throws {
        let file = try await VaultFile()
        let store = try SQLiteStore.open(file.path)
        let wish = try await Self.fill(store)
        #expect(try await store.read { try $0.wishes(limit: 9) } == [wish])
        #expect(try await store.read { try $0.wishes(limit: 1) } == [wish])
        #expect(try await store.read { try $0.unreadableWishCount() } == 7)
    }

    @Test func `are named by a check of the vault`() async throws {
        let file = try await VaultFile(entries: 1)
        let store = try SQLiteStore.open(file.path)
        let vault = try await Vault.unlock(store, with: file.text, now: VaultFile.now)
        #expect(try await vault.verify().findings == [])
        _ = try await Self.fill(store)
        let report = try await vault.verify()
        #expect(report.isSound)
        #expect(report.findings.map(\.place) == ["the wishes"])
        #expect(report.findings.first?.what.contains("(7)") == true)
        #expect(report.counts.sideRecords == 1)
    }
}
