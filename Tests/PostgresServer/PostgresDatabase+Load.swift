// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension PostgresDatabase {
    /// Has pgbench(1) run a script again and again, as the database's administrator, with its statements prepared.
    ///
    /// - Parameters:
    ///   - script: What a transaction does.
    ///   - clients: How many sessions do it at once.
    ///   - count: How many transactions each of them does. A number and no time: pgbench is told by a signal that its time is
    ///     over, and a child of a thread on which tasks run begins with that signal blocked.
    /// - Returns: how many transactions were committed in a second, without the time that connecting took.
    /// - Throws: What it ended with, if that was no success.
    package func transactionsPerSecond(of script: String, clients: Int, count: Int) throws -> Double {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-\(UUID().uuidString).pgbench")
        try Data(script.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let report = try client(
            "pgbench",
            [
                "-n", "-M", "prepared", "-c", String(clients), "-j", String(clients), "-t", String(count),
                "-f", file.path, url,
            ])
        // Before version 14 the rate with the time for connecting stands in a line of its own before that without it.
        let line = report.split(separator: "\n").last { $0.hasPrefix("tps = ") }
        guard let words = line?.split(separator: " "), words.count > 2, let rate = Double(words[2]) else {
            throw Refusal(status: 0)
        }
        return rate
    }
}
