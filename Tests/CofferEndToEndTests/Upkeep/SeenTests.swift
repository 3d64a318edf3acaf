// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct `A vault that goes back` {
    private static let sentence = "older than what this machine has seen"

    /// Copies the vault as somebody would who can read the file.
    private static func copy(_ home: Home, to name: String) async throws {
        try await DatabaseQueue(path: home.vault).vacuum(into: "\(home.path)/\(name)")
    }

    private static func putBack(_ home: Home, from name: String) throws {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: home.vault + suffix) }
        try FileManager.default.copyItem(atPath: "\(home.path)/\(name)", toPath: home.vault)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: home.vault)
    }

    @Test func `is refused where the newer one was seen, and opens elsewhere`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            #expect(try await program.run("init").status == .exited(0))
            #expect(try await program.run("put", "main/one", input: .text("1")).status == .exited(0))
            try await Self.copy(home, to: "old.db")
            #expect(try await program.run("put", "main/two", input: .text("2")).status == .exited(0))
            try await Self.copy(home, to: "new.db")
            try Self.putBack(home, from: "old.db")
            for command in [["list"], ["get", "main/one"], ["status"]] {
                try await program.run(command).expectRefusal(65, saying: Self.sentence)
            }
            try await program.run("put", "main/three", input: .text("3")).expectRefusal(65, saying: Self.sentence)
            // Whoever has seen nothing can't tell; the threat model says so.
            let stranger = try await program.run("list", environment: ["XDG_STATE_HOME": "\(home.path)/elsewhere"])
            #expect(stranger.status == .exited(0))
            try Self.putBack(home, from: "new.db")
            #expect(try await program.run("get", "main/two").text == "2")
        }
    }

    @Test func `is refused if a chain was cut off at its end`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            for _ in 0..<3 { #expect(try await program.run("list").status == .exited(0)) }
            try await DatabaseQueue(path: home.vault).write { database in
                try database.execute(
                    sql: "DELETE FROM audit WHERE sequence > (SELECT max(sequence) - 2 FROM audit)")
            }
            let refusal = try await program.run("list")
            refusal.expectRefusal(65, saying: Self.sentence)
            #expect(refusal.errors.contains("coffer audit verify") && refusal.errors.contains("coffer identity repin"))
            // Both do what the hint says of them.
            let audit = try await program.run("audit", "verify", "--json")
            #expect(audit.status == .exited(65) && audit.json["intact"] as? Bool == false, "\(audit.errors)")
            let asked = try await program.run("identity", "repin")
            #expect(asked.status == .exited(64) && asked.errors.contains("cut off"), "\(asked.errors)")
            #expect(try await program.run("list").status == .exited(65))
            #expect(try await program.run("identity", "repin", "--force").status == .exited(0))
            #expect(try await program.run("list").status == .exited(0))
        }
    }

    @Test func `does not lose its taint with an older row of the app`() async throws {
        try await World.with { world in
            let home = world.program.home
            try await Self.copy(home, to: "old.db")
            #expect(try await world.program.run("rotate", World.app, "--leak", "--hold").status == .exited(82))
            #expect(try await world.program.run("token", "\(World.app)/acme").status == .exited(84))
            // The row alone, with what the events say of it: the chains keep their ends.
            try await DatabaseQueue(path: home.vault).writeWithoutTransaction { database in
                try database.execute(sql: "ATTACH '\(home.path)/old.db' AS old")
                try database.execute(sql: "INSERT OR REPLACE INTO main.entry SELECT * FROM old.entry")
            }
            try await world.program.run("token", "\(World.app)/acme").expectRefusal(65, saying: Self.sentence)
            let stranger = try await world.program.run(
                "token", "\(World.app)/acme", environment: ["XDG_STATE_HOME": "\(home.path)/elsewhere"])
            #expect(stranger.status == .exited(0), "the taint is nowhere else but in the row and the record")
        }
    }

    @Test func `does not lose the taint of a static secret with its older row, nor a rotation with its journal`()
        async throws
    {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            #expect(try await program.run("put", "main/k", input: .text("made-up-leaked")).status == .exited(0))
            try await Self.copy(home, to: "old.db")
            #expect(try await program.run("rotate", "main/k", "--leak", "--hold").status == .exited(82))
            try await program.run("get", "main/k").expectRefusal(84, saying: "on hold")
            try await DatabaseQueue(path: home.vault).writeWithoutTransaction { database in
                try database.execute(sql: "ATTACH '\(home.path)/old.db' AS old")
                try database.execute(sql: "INSERT OR REPLACE INTO main.entry SELECT * FROM old.entry")
            }
            try await program.run("get", "main/k").expectRefusal(65, saying: Self.sentence)
            let elsewhere = ["XDG_STATE_HOME": "\(home.path)/elsewhere"]
            let stranger = try await program.run("get", "main/k", environment: elsewhere)
            #expect(stranger.text == "made-up-leaked", "the taint is nowhere else but in the row and the record")
            try await DatabaseQueue(path: home.vault).write { database in
                try database.execute(sql: "DELETE FROM audit_binding WHERE entry IN (SELECT rotation FROM journal)")
                try database.execute(sql: "DELETE FROM journal")
            }
            for command in [["rotate", "list"], ["rotate", "resume"], ["rotate", "report"]] {
                try await program.run(command).expectRefusal(65, saying: "this machine has seen rotation r-")
            }
            let strangers = try await program.run("rotate", "list", environment: elsewhere)
            #expect(strangers.status == .exited(0), "\(strangers.errors)")
        }
    }

    @Test func `is not told from a new one by a record that a power cut tore, which is said`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/one", input: .text("1"))
            let folder = "\(home.path)/state/coffer/seen"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let record = try #require(names.first { !$0.contains(".") })
            try home.write([], to: "state/coffer/seen/\(record)")
            let end = try await program.run("get", "main/one")
            #expect(end.status == .exited(0) && end.text == "1")
            #expect(end.errors.contains("was set aside"), "\(end.errors)")
            #expect(try await program.run("get", "main/one").errors.isEmpty)
            #expect(home.files()["state/coffer/seen/\(record)"]?.isEmpty == false)
        }
    }

    @Test func `keeps no record, and says nothing, without a home`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            var bare = program
            for name in ["HOME", "XDG_STATE_HOME"] { bare.environment[name] = nil }
            let end = try await bare.run("list")
            #expect(end.status == .exited(0) && !end.errors.contains("seen"), "\(end.errors)")
        }
    }
}
