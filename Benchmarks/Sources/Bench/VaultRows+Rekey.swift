// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation

extension VaultRows {
    /// Re-keying of the large vault, against libsodium's calls and SQLite's statements for the same rows in a copy of it.
    ///
    /// The vault's share is the whole of it: the chains of events are read first, every row is compared with the event that
    /// wrote it, every batch is an event, and the old keys are destroyed.
    func rekey() async throws -> Comparison {
        let vault = try await large.open()
        let copy = large.path + "-plain"
        try await SQLiteStore.open(large.path).copy(to: copy) { _ in }
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + suffix) } }
        func plain() throws {
            var resealing = try PlainResealing(copy)
            try resealing.run()
        }
        func rekey() async throws {
            guard try await vault.rekey().isFinished else { throw BenchError.wrongCount }
        }
        let rounds = large.count > 100_000 ? 1 : 5
        let seconds = try await Stopwatch.turns(rounds, rekey, against: { try plain() })
        let count = Double(large.count)
        return Comparison(
            row: "rekey", what: "re-key \(large.count) entries, audited and proven",
            against: "one thread of libsodium's open, seal, sign and SQLite rewriting the rows",
            seconds: (seconds.measured / count, seconds.reference / count), unit: "an entry", target: 1.5)
    }
}
