// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgresServer
import Subprocess
import Testing

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct `A vault in a database, and what does not work with it` {
    @Test func `is not copied into a file, nor a file into its place`() async throws {
        try await DatabaseHome.with { world in
            try await world.program.run("backup", "--output", "\(world.home.path)/copy.db")
                .expectRefusal(64, saying: "PostgreSQL's own programs")
            try await world.program.run("restore", "--yes", "\(world.home.path)/copy.db")
                .expectRefusal(64, saying: "coffer restore --in-place")
            #expect(!FileManager.default.fileExists(atPath: "\(world.home.path)/copy.db"))
            #expect(try await world.program.run("audit", "show").text.contains("backup") == false)
        }
    }

    @Test func `of a newer Coffer is refused, and of this one not upgraded`() async throws {
        try await DatabaseHome.with { world in
            let end = try await world.program.run("upgrade", "--json")
            #expect(end.status == .exited(0) && end.errors.contains("nothing to upgrade"), "\(end.errors)")
            #expect(end.json["format"] as? Int == end.json["format_before"] as? Int)
            try world.database.run("UPDATE coffer.format SET version = version + 1")
            for command in [["list"], ["init"], ["upgrade"]] {
                try await world.program.run(command).expectRefusal(78, saying: "newer Coffer")
            }
        }
    }

    @Test(arguments: [
        ("postgres://ada:made-up@127.0.0.1/vault", 64), ("mysql://ada:made-up@127.0.0.1/vault", 64),
        ("postgres://db.example/vault?sslmode=prefer&user=made-up", 64), ("postgres://127.0.0.1:1/made-up", 69),
    ])
    func `behind a URL that can't be used is refused, and no part of that is said`(
        url: String, status: Int
    ) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            let end = try await program.run("list", environment: ["COFFER_VAULT": url])
            end.expectRefusal(Int32(status))
            #expect(!end.errors.contains("made-up"))
        }
    }

    @Test func `needs libpq, and a file does not`() async throws {
        try await DatabaseHome.with { world in
            let without = try world.home.environmentWithoutLibpq(world.program)
            try await world.program.run("list", environment: without).expectRefusal(78, saying: "libpq5")
            let files = without.merging(["COFFER_VAULT": "\(world.home.path)/vault.db"]) { $1 }
            try FileManager.default.removeItem(atPath: world.home.identity)
            #expect(try await world.program.run("init", environment: files).status == .exited(0))
            #expect(try await world.program.run("list", environment: files).status == .exited(0))
        }
    }

    @Test func `is examined by the doctor`() async throws {
        try await DatabaseHome.with { world in
            let end = try await world.program.run("doctor", "--offline", "--json")
            let checks = try #require(end.json["checks"] as? [[String: Any]])
            let results = checks.reduce(into: [String: String]()) { results, check in
                if let name = check["check"] as? String { results[name] = check["result"] as? String }
            }
            #expect(results["database"] == "ok" && results["store_integrity"] == "ok" && results["identity"] == "ok")
            #expect(results["vault_file"] == "skipped" && results["files_beside"] == "skipped")
            // The tests' server does not wait for its disk.
            #expect(results["store_settings"] == "failure" && end.status == .exited(78), "\(end.text)")
        }
    }
}
