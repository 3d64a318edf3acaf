// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Something before a database that is no server of its own: `scripts/servers/pooler`, or PgBouncer by `scripts/servers/pgbouncer`.
package final class PostgresPooler: Sendable {
    /// How it is with its clients.
    package enum Manner: String, Sendable {
        /// Each transaction gets another session, and each client a process number that is none of the server's.
        case handsOn
        /// It tells the process number of a session, and gives everybody the same one where it can.
        case passesNumbers = "--passes-numbers"
        /// It lets clients in, and answers nothing then.
        case paused = "--paused"
        /// It lets nobody in, and says nothing.
        case silent = "--silent"
    }

    private struct Settings: Decodable, Sendable {
        let port: Int
    }

    private let script: ServerScript<Settings>
    private let database: PostgresDatabase

    /// What names the database through it; there is no password.
    package var url: String { "postgres://\(database.server.settings.user)@\(place)/\(database.name)" }

    /// Where it listens, as a URL has it.
    package var place: String { "127.0.0.1:\(script.settings.port)" }

    /// Whether the real one is there.
    package static let isPgBouncerInstalled = ["/usr/sbin", "/usr/bin", "/opt/homebrew/bin", "/usr/local/bin"]
        .contains { FileManager.default.isExecutableFile(atPath: $0 + "/pgbouncer") }

    /// Starts one; it is gone with this.
    package init(_ database: PostgresDatabase, _ manner: Manner = .handsOn) throws {
        self.database = database
        let options = manner == .handsOn ? [] : [manner.rawValue]
        script = try ServerScript("pooler", Self.place(of: database) + options)
    }

    /// Starts PgBouncer in one of its modes: `transaction`, `session`, `statement`.
    package init(_ database: PostgresDatabase, pgBouncer mode: String) throws {
        self.database = database
        script = try ServerScript("pgbouncer", Self.place(of: database) + ["--mode", mode])
    }

    private static func place(of database: PostgresDatabase) -> [String] {
        let settings = database.server.settings
        return ["--server-socket", settings.socket, "--server-port", String(settings.port)]
    }
}
