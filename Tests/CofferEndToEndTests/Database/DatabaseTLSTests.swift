// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgresServer
import Subprocess
import Testing

/// `db.example` leads to this machine, since the URL says so, and is another for all that is decided by its name.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `A vault's database on another machine` {
    private static let host = "db.example"
    private static let refused = "can't be verified by TLS"

    /// Runs a body with a vault on a server with TLS, and with the URL that reaches it.
    private static func with(_ body: (DatabaseHome, String) async throws -> Void) async throws {
        try await DatabaseHome.with(on: PostgresServer.withTLS()) { world in
            try await body(world, Self.url(of: world.database, authority: world.database.caFile))
        }
    }

    private static func url(
        of database: PostgresDatabase, host: String = Self.host, authority: String, _ more: String? = nil
    ) -> String {
        let url = database.url(host: host, "sslrootcert=\(authority)", "passfile=\(database.passwordFile)")
        return more.map { "\(url)&\($0)" } ?? url
    }

    @Test func `is reached over TLS with the right certificate, whatever the environment says`() async throws {
        try await Self.with { world, url in
            for mode in ["disable", "prefer", "verify-full"] {
                let end = try await world.run("doctor", "--offline", "--json", at: url, ["PGSSLMODE": mode])
                let checks = try #require(end.json["checks"] as? [[String: Any]])
                let database = checks.first { $0["check"] as? String == "database" }
                #expect((database?["finding"] as? String)?.contains("over TLS") == true, "\(mode): \(end.text)")
            }
            let end = try await world.run("list", at: url)
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `of another name is refused`() async throws {
        try await Self.with { world, _ in
            let url = Self.url(of: world.database, host: "other.example", authority: world.database.caFile)
            try await world.run("list", at: url).expectRefusal(69, saying: Self.refused)
        }
    }

    @Test func `of an authority that is not trusted here is refused, and where none is trusted`() async throws {
        try await Self.with { world, _ in
            let other = try PostgresServer.withExpiredTLS().makeDatabase()
            let url = Self.url(of: world.database, authority: other.caFile)
            try await world.run("list", at: url).expectRefusal(69, saying: Self.refused)
            // The home has no `.postgresql/root.crt`.
            let none = world.database.url(host: Self.host, "passfile=\(world.database.passwordFile)")
            try await world.run("list", at: none).expectRefusal(69, saying: Self.refused)
        }
    }

    @Test func `with a certificate that is past its time is refused`() async throws {
        try await DatabaseHome.with(isMade: false, on: PostgresServer.withExpiredTLS()) { world in
            let url = Self.url(of: world.database, authority: world.database.caFile)
            try await world.run("init", at: url).expectRefusal(69, saying: Self.refused)
            #expect(world.home.files().keys.allSatisfy { !$0.contains("identity") })
        }
    }

    @Test func `without TLS is refused`() async throws {
        try await DatabaseHome.with { world in
            let authority = try PostgresServer.withTLS().makeDatabase().caFile
            let url = Self.url(of: world.database, authority: authority)
            try await world.run("list", at: url).expectRefusal(69, saying: Self.refused)
        }
    }

    @Test func `is not reached with less, whoever asks for it`() async throws {
        try await Self.with { world, _ in
            for mode in ["disable", "allow", "prefer", "require", "verify-ca"] {
                let url = Self.url(of: world.database, authority: world.database.caFile, "sslmode=\(mode)")
                try await world.run("list", at: url).expectRefusal(64, saying: "verified TLS only")
            }
            // The environment may say so, and counts for nothing.
            let url = Self.url(of: world.database, host: "other.example", authority: world.database.caFile)
            try await world.run("list", at: url, ["PGSSLMODE": "require"])
                .expectRefusal(69, saying: Self.refused)
        }
    }

    @Test func `is not where a variable leads that a local URL does not name`() async throws {
        try await Self.with { world, _ in
            let end = try await world.run("list", at: world.database.url, ["PGHOSTADDR": "127.0.0.2", "PGHOST": "x"])
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `may be this one, over verified TLS if the URL asks for it`() async throws {
        try await Self.with { world, _ in
            for host in ["127.0.0.1", "localhost"] {
                let right = Self.url(
                    of: world.database, host: host, authority: world.database.caFile, "sslmode=verify-full")
                let end = try await world.run("list", at: right)
                #expect(end.status == .exited(0), "\(host): \(end.errors)")
            }
            let authority = try PostgresServer.withExpiredTLS().makeDatabase().caFile
            let wrong = Self.url(of: world.database, host: "127.0.0.1", authority: authority, "sslmode=verify-full")
            try await world.run("list", at: wrong).expectRefusal(69, saying: Self.refused)
        }
    }
}
