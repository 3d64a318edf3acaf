// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import PostgresServer
import Subprocess
import Testing

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(4)))
struct `The main job, with a vault in a database` {
    private static let accounts = ["acme", "birch"]

    private static func with(
        accounts names: [String] = Self.accounts, _ body: (World, PostgresDatabase) async throws -> Void
    ) async throws {
        let database = try PostgresServer.shared().makeDatabase()
        try await World.with(accounts: names, variables: ["COFFER_VAULT": database.url]) { world in
            try await body(world, database)
        }
    }

    @Test func `is what it is with a file`() async throws {
        try await Self.with { world, database in
            #expect(world.program.home.files().keys.allSatisfy { !$0.contains("vault.db") })
            let old = try await world.token("acme")
            #expect(try await world.accountStatus("acme", token: old) == 200)
            try await world.succeed("refresh", "--force", "main/crm/acme")
            let new = try await world.token("acme")
            #expect(try await world.accountStatus("acme", token: old) == 401)
            #expect(try await world.accountStatus("acme", token: new) == 200)
            for account in Self.accounts { #expect(try await world.state(account) == "active") }
            #expect(try await world.succeed("audit", "verify", "--json").json["intact"] as? Bool == true)
            try await world.succeed("verify")
            try await world.succeed("rekey")
            #expect(try await world.token("acme") == new)
            // Nothing of it can be read in the database.
            let dump = try database.run("SELECT string_agg(e::text, '') FROM coffer.entry e")
            for word in [new, world.sandbox.integration.clientSecret] {
                let hexadecimal = word.utf8.map { String(format: "%02x", $0) }.joined()
                #expect(!dump.contains(word) && !dump.contains(hexadecimal))
            }
        }
    }

    @Test func `replaces what leaked`() async throws {
        try await Self.with { world, _ in
            let old = try await world.token("acme")
            let opened = try await world.program.run("rotate", World.app, "--leak")
            #expect(opened.status == .exited(82), "\(opened.errors)")
            let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let closed = try await world.program.run("rotate", "resume", input: .text(secret + "\n"))
            #expect([.exited(0), .exited(83)].contains(closed.status), "\(closed.errors)\(closed.text)")
            for account in Self.accounts { #expect(try await world.state(account) == "active") }
            #expect(try await world.accountStatus("acme", token: old) == 401)
            let new = try await world.token("acme")
            #expect(try await world.accountStatus("acme", token: new) == 200)
            #expect(try await world.succeed("rotate", "list", "--open", "--quiet").text.isEmpty)
        }
    }

    @Test func `is done by two machines, and by an agent on one of them`() async throws {
        try await Self.with(accounts: ["acme"]) { world, _ in
            try await Home.with { home in
                var other = Program(home: home)
                other.environment["COFFER_VAULT"] = world.program.environment["COFFER_VAULT"]
                other.environment["COFFER_IDENTITY_FILE"] = world.program.home.identity
                let first = try await world.token("acme")
                #expect(try await other.run("token", "main/crm/acme").text == first + "\n")
                let refreshed = try await other.run("refresh", "--force", "main/crm/acme")
                #expect(refreshed.status == .exited(0), "\(refreshed.errors)")
                let second = try await world.token("acme")
                #expect(second != first)
                let (_, end) = try await world.program.withAgent { agent in
                    let (handed, printed) = (
                        try await agent.token("main/crm/acme").value, try await world.token("acme")
                    )
                    #expect(handed == second && printed == second)
                    // Also where the program could open no database: it asks for none.
                    let without = try world.program.home.environmentWithoutLibpq(world.program)
                    let end = try await world.program.run("token", "main/crm/acme", environment: without)
                    #expect(end.text == second + "\n", "\(end.errors)")
                }
                #expect(end.status == .exited(0), "\(end.errors)")
            }
        }
    }
}
