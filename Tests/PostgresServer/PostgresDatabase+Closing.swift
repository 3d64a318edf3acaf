// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension PostgresDatabase {
    /// Ends all sessions and lets nobody in, not even the administrator, as a server that is away.
    package func close() throws {
        try administration.run("ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
        try endSessions()
    }

    /// Ends all sessions, and lets everybody begin new ones.
    package func endSessions() throws {
        try administration.run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '\(name)'")
    }

    /// Waits until no program has a session: of one that was killed the server hears a moment later.
    package func awaitEnds() throws {
        let sessions = """
            SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)' AND backend_type = 'client backend'
            """
        while try administration.run(sessions) != "0" {}
    }

    /// Lets them in again.
    package func open() throws {
        try administration.run("ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
    }

    private var administration: PostgresDatabase { PostgresDatabase(server: server, name: "postgres") }
}
