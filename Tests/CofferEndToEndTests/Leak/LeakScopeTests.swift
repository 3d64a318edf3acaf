// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import GRDB
import Subprocess
import Testing

/// Where a rotation begins, if not at an app, and what its plan promises.
@Suite(.timeLimit(.minutes(4))) struct `The scope of a leak` {
    private static func rows(_ end: Finished, _ name: String) -> [[String: Any]] {
        end.json[name] as? [[String: Any]] ?? []
    }

    /// All that the vault holds but its record of events, row by row.
    private static func entries(_ home: Home) throws -> [String] {
        let queue = try DatabaseQueue(path: home.vault)
        defer { try? queue.close() }
        return try queue.read { database in
            let tables = try String.fetchAll(
                database,
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'audit%' ORDER BY name")
            return try tables.flatMap { table in
                try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map { "\(table) \($0.description)" }
                    .sorted()
            }
        }
    }

    /// The bytes of the vault's file and of the log beside it.
    private static func bytes(_ home: Home) -> [Data?] {
        [home.vault, home.vault + "-wal"].map { FileManager.default.contents(atPath: $0) }
    }

    @Test func `of an app or a connection is planned without changing a byte`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let home = world.program.home
            let before = Self.bytes(home)
            #expect(before[0] != nil)
            world.sandbox.log.clear()
            let app = try await world.succeed("rotate", World.app, "--leak", "--dry-run")
            for part in ["main/crm/acme", "main/crm/birch", "step 1", "https://", "at the provider's pace"] {
                #expect(app.text.contains(part), "\(part): \(app.text)")
            }
            let plan = try await world.succeed("rotate", World.app, "--leak", "--hold", "--dry-run", "--json").json
            #expect(plan["taint"] as? String == "hold" && plan["driver"] as? String == "operator")
            // Two probes and three requests for each connection, spread over 1.04 s for seven.
            #expect(plan["estimated_seconds"] as? Int == 2, "\(plan)")
            let connection = try await world.succeed("rotate", "--leak", "--connection", "main/crm/acme", "--dry-run")
            #expect(connection.text.contains("new tokens for main/crm/acme"), "\(connection.text)")
            #expect(Self.bytes(home) == before)
            #expect(world.sandbox.log.records.isEmpty, "a plan asks nobody")
        }
    }

    @Test func `of a string, an identity or a time is planned with nothing but the event that somebody asked`()
        async throws
    {
        try await World.with { world in
            let home = world.program.home
            let token = try await world.token("acme")
            let before = try Self.entries(home)
            world.sandbox.log.clear()
            let string = try await world.program.run("rotate", "--leaked", "-", "--dry-run", input: .text(token))
            #expect(string.status == .exited(85), "\(string.errors)")
            let owner = try await world.succeed("rotate", "--leak", "--identity", "owner", "--dry-run")
            #expect(owner.text.contains("This is the identity that you use"), "\(owner.text)")
            let late = try await world.succeed("rotate", "--leak", "--since", "1h", "--dry-run")
            #expect(late.text.contains("new tokens for main/crm/acme"), "\(late.text)")
            #expect(try Self.entries(home) == before)
            #expect(world.sandbox.log.records.isEmpty)
        }
    }

    @Test func `of a connection is its tokens alone`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let (old, other) = (try await world.token("acme"), try await world.token("birch"))
            let end = try await world.succeed("rotate", "--leak", "--connection", "main/crm/acme", "--json")
            #expect(Self.rows(end, "results").map { $0["outcome"] as? String } == ["reissued"], "\(end.text)")
            let proofs = Self.rows(end, "results").first?["proofs"] as? [[String: Any]] ?? []
            #expect(proofs.count == 3 && proofs.allSatisfy { $0["result"] as? String == "proven" }, "\(end.text)")
            #expect(try await world.accountStatus("acme", token: old) == 401)
            #expect(try await world.token("birch") == other)
            try await world.program.run("rotate", "--leak", "--connection", "main/crm/none").expectRefusal(66)
            try await world.program.run("rotate", "--leak", "--connection", "main/crm").expectRefusal(64)
        }
    }

    @Test func `of an identity that left is everything it could read, the apps first`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            try await world.succeed("put", "main/npm", input: .text("made-up"))
            try await TwoHomes.with(owner: world.program) { homes in
                try await homes.letIn("ops", "--role", "issuer", "--space", "main")
                try await world.program.run("rotate", "--leak", "--identity", "ops").expectRefusal(
                    64, saying: "nobody to ask")
                try await world.succeed("identity", "remove", "ops", "--yes")
                let end = try await world.program.run("rotate", "--leak", "--identity", "ops", "--yes")
                #expect(end.status == .exited(82), "\(end.errors)")
                // The tokens could be read as well, so they are on hold although a person must act.
                #expect(end.text.contains("hold: old tokens are not handed out"), "\(end.text)")
                let app = try #require(end.text.range(of: "1. replace the client_secret of main/crm"))
                let value = try #require(end.text.range(of: "2. replace the static secret main/npm"), "\(end.text)")
                #expect(app.lowerBound < value.lowerBound)
                #expect(!end.text.contains("new tokens for"), "\(end.text)")
                let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
                let open = try await world.succeed("rotate", "list", "--open", "--json")
                let rotations = Self.rows(open, "rotations")
                #expect(rotations.map { $0["app"] as? String } == [World.app, "main/npm"], "\(open.text)")
                #expect(rotations.map { $0["subject"] as? String } == ["client_secret", "value"])
                let id = try #require(rotations.first?["id"] as? String)
                try await world.program.run("rotate", "resume", id, input: .text(new))
                let rest = try await world.succeed("rotate", "--leak", "--identity", "ops", "--dry-run", "--json")
                #expect(Self.rows(rest, "steps").map { $0["subject"] as? String } == ["main/npm"], "\(rest.text)")
                #expect(Self.rows(rest, "steps").map { $0["action"] as? String } == ["finish"], "\(rest.text)")
            }
        }
    }

    @Test func `of a reader, or since a time, is the tokens that were handed out`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            try await TwoHomes.with(owner: world.program) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                let old = try await homes.guest.run("token", "main/crm/acme").text.trimmingCharacters(in: .newlines)
                let end = try await world.program.run("rotate", "--leak", "--since", "1h", "--yes", "--json")
                #expect(end.status == .exited(0), "\(end.text)\(end.errors)")
                #expect(Self.rows(end, "results").map { $0["subject"] as? String } == ["main/crm/acme"], "\(end.text)")
                #expect(try await world.accountStatus("acme", token: old) == 401)
                try await homes.guest.run("rotate", "--leak", "--since", "1h", "--yes").expectRefusal(77)
            }
        }
    }

    @Test func `is said once`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            for (arguments, text) in [
                (["--leak"], "name an app"), (["main/crm", "--leak", "--since", "1h"], "exclude each other"),
                (["--leak", "--identity", "ci", "--connection", "main/crm/acme"], "exclude each other"),
                (["--identity", "ci"], "say what happened"), (["main/crm", "--leak", "--yes"], "--yes goes with"),
                (["--leak", "--connection", "main/crm/acme", "--hold"], "are for apps"),
            ] {
                let end = try await program.run(["rotate"] + arguments)
                #expect(end.status == .exited(64) && end.errors.contains(text), "\(arguments): \(end.errors)")
            }
        }
    }
}
