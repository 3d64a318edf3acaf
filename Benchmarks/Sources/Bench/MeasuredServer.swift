// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgresServer

/// The PostgreSQL server of the rows about vaults in databases: one of this process's own, whose commits are durable.
enum MeasuredServer {
    /// As docs/scale.md has them for a vault of this size; statements are not logged, which the tests' server does.
    private static let settings = ["shared_buffers=256MB", "max_wal_size=8GB", "log_statement=none"]
    /// What a commit that is to outlast a power cut takes.
    private static let durability = ["fsync", "synchronous_commit", "full_page_writes"]

    private static let started = Swift.Result<PostgresServer, any Error> {
        try PostgresServer.startDurable(settings)
    }

    /// Whether there is one to start; says so where there is none.
    static var isInstalled: Bool {
        if !PostgresServer.isInstalled { Progress.note("PostgreSQL is not installed: its rows are left out") }
        return PostgresServer.isInstalled
    }

    /// Makes an empty database.
    ///
    /// - Throws: ``BenchError/notDurable(_:)``, and what keeps the server from being started.
    static func makeDatabase() throws -> PostgresDatabase {
        let database = try started.get().makeDatabase()
        for setting in durability {
            guard try database.run("SHOW \(setting)") == "on" else { throw BenchError.notDurable(setting) }
        }
        return database
    }
}
