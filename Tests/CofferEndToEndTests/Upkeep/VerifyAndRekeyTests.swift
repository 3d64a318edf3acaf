// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `Checking and re-keying a vault` {
    @Test func `connections go on after it, and verify has nothing to say`() async throws {
        try await World.with { world in
            let before = try await world.token("acme")
            let check = try await world.succeed("verify")
            #expect(check.errors.contains("nothing is damaged"))
            let rekeyed = try await world.succeed("rekey")
            #expect(rekeyed.text.contains("retired"))
            #expect(try await world.token("acme") == before)
            try await world.succeed("refresh", "--force", "main/crm/acme")
            #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
            let json = try await world.succeed("verify", "--json").json
            #expect(json["version"] as? Int == 1)
            #expect(json["sound"] as? Bool == true)
            #expect((json["findings"] as? [Any])?.isEmpty == true)
        }
    }

    @Test func `damage is named with its place, and keeps the old keys`() async throws {
        try await World.with { world in
            try await world.succeed("put", "main/api/key", input: .text("value"))
            let vault = world.program.home.vault
            let old = try Self.change(vault) { try Row.fetchOne($0, sql: "SELECT * FROM entry WHERE kind = 3") }
            let row = try #require(old)
            try await world.succeed("put", "main/api/key", input: .text("newer"))
            _ = try Self.change(vault) { database in
                try database.execute(
                    sql: "UPDATE entry SET version = ?, use_box = ?, signature = ? WHERE id = ?",
                    arguments: [row["version"], row["use_box"], row["signature"], row["id"]])
                try database.execute(sql: "UPDATE entry SET state = 'parked' WHERE kind = 2")
            }
            let check = try await world.program.run("verify", "--quiet")
            #expect(check.status == .exited(65))
            #expect(check.text.split(separator: "\n").sorted() == ["entry main/api/key", "entry main/crm/acme"])
            let table = try await world.program.run("verify")
            #expect(table.text.contains("it is version 1, put back over version 2 by owner"))
            #expect(table.errors.contains("hint: "))
            let rekeyed = try await world.program.run("rekey")
            #expect(rekeyed.status == .exited(65))
            #expect(rekeyed.text.contains("kept: damaged"))
            #expect(rekeyed.errors.contains("entry main/api/key was left as it is"))
        }
    }

    @Test func `a hash beside an event that is not its own is named, and put right`() async throws {
        try await World.with(accounts: []) { world in
            for name in ["a", "b"] { try await world.succeed("put", "main/\(name)", input: .text(name)) }
            try Self.change(world.program.home.vault) { database in
                try database.execute(sql: "UPDATE audit SET hash = zeroblob(32) WHERE sequence = 2")
            }
            let check = try await world.program.run("verify")
            #expect(check.status == .exited(65))
            #expect((check.text + check.errors).contains("an owner puts it right with: coffer rekey"))
            let rekeyed = try await world.succeed("rekey")
            #expect(rekeyed.errors.contains("1 hashes beside events were not the events' own"))
            try await world.succeed("verify")
        }
    }

    @Test func `a space that is not there is refused before anything begins`() async throws {
        try await World.with(accounts: []) { world in
            let end = try await world.program.run("rekey", "elsewhere")
            #expect(end.status == .exited(66))
            #expect(end.errors.contains("there is no space called elsewhere"))
            #expect(try await world.program.run("rekey", "\u{1B}[2J").status == .exited(66))
        }
    }

    /// Works on the vault's file as somebody who can write it.
    private static func change<Value>(_ path: String, _ body: (Database) throws -> Value) throws -> Value {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.write(body)
    }
}
