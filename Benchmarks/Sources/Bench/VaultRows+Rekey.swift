// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation

extension VaultRows {
    /// Re-keying of the large vault, against libsodium's calls and SQLite's statements for the same rows in a copy of it.
    ///
    /// The vault's share is the whole of it: the chains of events are read first, every row is compared with the event that
    /// wrote it, every batch is an event, and the old keys are retired.
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

    /// Re-keying of the large vault by a process that is killed in the middle and by another that goes on, against one that
    /// nobody stops.
    func resume() async throws -> Comparison {
        let rekeying = KilledRekeying(large)
        let killed = try await rekeying.runKilled()
        let resumed = try await rekeying.run()
        // What was sealed before the kill is not sealed again, and nothing is left out.
        guard resumed.count > 0, resumed.count <= large.count - killed.count else { throw BenchError.wrongCount }
        try await rekeying.check()
        let whole = try await rekeying.run()
        guard whole.count == large.count else { throw BenchError.wrongCount }
        Progress.note(
            """
            killed with SIGKILL after \(killed.count) of \(large.count) entries and \(killed.seconds) s; another process sealed \
            the \(resumed.count) that were left in \(resumed.seconds) s, retired the old keys, and every entry opened
            """)
        let count = Double(large.count)
        return Comparison(
            row: "resume", what: "re-key \(large.count) entries, killed at \(killed.count) and gone on with",
            against: "by a process that nobody stops",
            seconds: ((killed.seconds + resumed.seconds) / count, whole.seconds / count), unit: "an entry",
            target: 1.25)
    }
}
