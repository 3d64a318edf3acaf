// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgresServer
import Subprocess
import Testing

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `The password of a vault's database` {
    /// What names it over loopback and says nothing of a password.
    private static func url(of database: PostgresDatabase) -> String {
        "postgres://\(database.user)@127.0.0.1:\(database.port)/\(database.name)"
    }

    @Test func `comes from the file that PGPASSFILE names`() async throws {
        try await DatabaseHome.with { world in
            let end = try await world.run(
                "list", at: Self.url(of: world.database), ["PGPASSFILE": world.database.passwordFile])
            #expect(end.status == .exited(0), "\(end.errors)")
            try await world.run("list", at: Self.url(of: world.database))
                .expectRefusal(69, saying: "asks for a password")
        }
    }

    @Test func `is not read from a file that others can read`() async throws {
        try await DatabaseHome.with { world in
            let line = try Data(contentsOf: URL(fileURLWithPath: world.database.passwordFile))
            let file = try world.home.write(line, to: "pgpass", mode: 0o644)
            let end = try await world.run("list", at: Self.url(of: world.database), ["PGPASSFILE": file])
            #expect(end.status == .exited(69))
            // libpq itself warns of the file, and says so once for each connection.
            let own = end.errorLines.filter { !$0.hasPrefix("WARNING: password file") }
            #expect(own.count == 1 && own.first?.contains("of mode 0600") == true, "\(end.errors)")
            #expect(own.count < end.errorLines.count)
            let password = try world.password
            #expect(!end.errors.contains(password) && !end.text.contains(password))
        }
    }

    @Test func `is in no error, right or wrong`() async throws {
        try await DatabaseHome.with { world in
            let wrong = "made-up-and-wrong"
            let file = try world.home.write("*:*:*:*:\(wrong)\n".utf8, to: "pgpass")
            for arguments in [["list"], ["list", "--json"], ["doctor", "--offline"]] {
                var program = world.program
                program.environment["COFFER_VAULT"] = Self.url(of: world.database)
                let end = try await program.run(arguments, environment: ["PGPASSFILE": file, "COFFER_LOG": "trace"])
                #expect(end.status == .exited(69) || arguments[0] == "doctor", "\(arguments): \(end.errors)")
                #expect((end.text + end.errors).contains("did not take the password"), "\(end.errors)")
                #expect(!(end.text + end.errors).contains(wrong))
            }
            // Nor in a URL, which stands where others see it.
            let password = try world.password
            let user = "\(world.database.user):\(password)@"
            let end = try await world.run(
                "list", at: Self.url(of: world.database).replacing("\(world.database.user)@", with: user))
            end.expectRefusal(64, saying: "PGPASSFILE")
            #expect(!end.errors.contains(password))
        }
    }

    @Test func `may stand in a service file, which turns no TLS off`() async throws {
        try await DatabaseHome.with(on: PostgresServer.withTLS()) { world in
            let (database, password) = (world.database, try world.password)
            let lines = [
                "[made-up]", "host=db.example", "hostaddr=127.0.0.1", "port=\(database.port)",
                "dbname=\(database.name)", "user=\(database.user)", "password=\(password)",
                "sslrootcert=\(database.caFile)",
            ]
            for more in [[], ["sslmode=disable"]] {
                let text = (lines + more).joined(separator: "\n") + "\n"
                let file = try world.home.write(text.utf8, to: "services")
                let end = try await world.run(
                    "doctor", "--offline", "--json", at: "postgres:///?service=made-up", ["PGSERVICEFILE": file])
                #expect(end.text.contains("over TLS"), "\(end.text)\(end.errors)")
                #expect(!end.text.contains(password) && !end.errors.contains(password))
            }
            let end = try await world.run("list", at: "postgres:///?service=unknown")
            end.expectRefusal(69)
        }
    }

    @Test func `is not needed by who has a certificate`() async throws {
        try await DatabaseHome.with(on: PostgresServer.withTLS()) { world in
            let database = world.database
            // A user of the whole server, who has what the maker of the tables has.
            try database.run("CREATE ROLE certified LOGIN IN ROLE \(database.user)")
            func url(key: String) -> String {
                database.url(
                    host: "db.example", as: "certified", "sslrootcert=\(database.caFile)",
                    "sslcert=\(database.clientCertificate)", "sslkey=\(key)")
            }
            let end = try await world.run("list", at: url(key: database.clientKey))
            #expect(end.status == .exited(0), "\(end.errors)")
            let without = database.url(host: "db.example", as: "certified", "sslrootcert=\(database.caFile)")
            try await world.run("list", at: without).expectRefusal(69, saying: "not without a certificate")
            let key = try Data(contentsOf: URL(fileURLWithPath: database.clientKey))
            let lax = try world.home.write(key, to: "lax.key", mode: 0o644)
            try await world.run("list", at: url(key: lax))
                .expectRefusal(69, saying: "this machine's certificate not be used")
        }
    }
}
