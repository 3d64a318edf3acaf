// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `A copy of a vault` {
    private static let older = "older than what this machine has seen"
    private static let told = "is a copy of the vault"

    /// Puts a file in another's place as somebody does who may write the folder.
    private static func put(_ file: String, at place: String) throws {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: place + suffix) }
        try FileManager.default.copyItem(atPath: file, toPath: place)
    }

    private static func move(_ home: Home, to place: String) throws {
        for suffix in ["", "-wal", "-shm", "-lock", "-change"]
        where home.files()["data/coffer/vault.db" + suffix] != nil {
            try FileManager.default.moveItem(atPath: home.vault + suffix, toPath: place + suffix)
        }
    }

    @Test func `is looked into as often as one likes, and the vault goes on`() async throws {
        try await Home.withBackup { program, _, file in
            for _ in 0..<2 {
                let value = try await program.run("get", "main/one", "--vault", file)
                #expect(value.text == "1" && value.errors.contains(Self.told), "\(value.errors)")
                #expect(try await program.run("verify", "--vault", file).status == .exited(0))
            }
            for command in [["get", "main/one"], ["list"], ["identity", "repin"]] {
                let end = try await program.run(command)
                #expect(end.status == .exited(0) && !end.errors.contains(Self.told), "\(end.errors)")
            }
            // And is still the one that may not go back.
            #expect(try await program.run("put", "main/two", input: .text("2")).status == .exited(0))
            #expect(try await program.run("get", "main/one", "--vault", file).text == "1")
            #expect(try await program.run("get", "main/two").text == "2")
        }
    }

    @Test func `is refused in the vault's place, be it by a link`() async throws {
        try await Home.withBackup { program, home, file in
            #expect(try await program.run("put", "main/two", input: .text("2")).status == .exited(0))
            try Self.move(home, to: "\(home.path)/away.db")
            try FileManager.default.createSymbolicLink(atPath: home.vault, withDestinationPath: file)
            try await program.run("list").expectRefusal(65, saying: Self.older)
            try await program.run("list", "--vault", "\(home.path)/data/./coffer//vault.db").expectRefusal(65)
            try FileManager.default.removeItem(atPath: home.vault)
            try Self.put(file, at: home.vault)
            try await program.run("list").expectRefusal(65, saying: Self.older)
        }
    }

    @Test func `is refused under a second name that once led to the vault`() async throws {
        try await Home.withBackup { program, home, file in
            let second = "\(home.path)/second.db"
            try FileManager.default.createSymbolicLink(atPath: second, withDestinationPath: home.vault)
            let end = try await program.run("list", "--vault", second)
            #expect(end.status == .exited(0) && !end.errors.contains(Self.told), "\(end.errors)")
            #expect(try await program.run("put", "main/two", input: .text("2")).status == .exited(0))
            try FileManager.default.removeItem(atPath: second)
            try FileManager.default.createSymbolicLink(atPath: second, withDestinationPath: file)
            try await program.run("list", "--vault", second).expectRefusal(65, saying: Self.older)
            #expect(try await program.run("get", "main/two").text == "2")
        }
    }

    @Test func `is the vault once it was moved, and older ones are refused there`() async throws {
        try await Home.withBackup { program, home, file in
            #expect(try await program.run("put", "main/two", input: .text("2")).status == .exited(0))
            let place = "\(home.path)/moved.db"
            try Self.move(home, to: place)
            // What somebody left under the old name does not make the moved one a copy of it.
            try Self.put(file, at: home.vault)
            for _ in 0..<2 {
                let end = try await program.run("get", "main/two", "--vault", place)
                #expect(end.text == "2" && end.errors.isEmpty, "\(end.errors)")
            }
            try await program.run("list").expectRefusal(65, saying: Self.older)
            #expect(try await program.run("put", "main/3", "--vault", place, input: .text("3")).status == .exited(0))
            try Self.put(file, at: place)
            try await program.run("list", "--vault", place).expectRefusal(65, saying: Self.older)
        }
    }

    @Test func `that is put in a moved vault's place before it is first opened there is refused`() async throws {
        try await Home.withBackup { program, home, file in
            #expect(try await program.run("put", "main/two", input: .text("2")).status == .exited(0))
            try FileManager.default.removeItem(atPath: home.vault)
            let end = try await program.run("list", "--vault", file)
            end.expectRefusal(65, saying: Self.older)
            #expect(end.errors.contains("coffer verify --backup"))
            let look = try await program.run("verify", "--backup", file)
            #expect(look.status == .exited(0), "\(look.errors)")
        }
    }

    @Test func `is checked without a trace`() async throws {
        try await Home.withBackup { program, home, file in
            #expect(try await program.run("put", "main/two", input: .text("2")).status == .exited(0))
            try FileManager.default.createDirectory(atPath: "\(home.path)/tmp", withIntermediateDirectories: false)
            let before = home.files()
            let environment = ["TMPDIR": "\(home.path)/tmp"]
            func check(_ file: String) async throws -> Finished {
                try await program.run(["verify", "--backup", file, "--json"], environment: environment)
            }
            let end = try await check(file)
            #expect(end.status == .exited(0) && end.json["sound"] as? Bool == true, "\(end.errors)")
            #expect((end.json["counts"] as? [String: Any])?["entries"] as? Int == 1)
            #expect(home.files() == before)
            for (file, code, text) in [(home.vault, 64, "the vault itself"), ("none.db", 66, "no backup at none.db")] {
                try await program.run("verify", "--backup", file).expectRefusal(Int32(code), saying: text)
            }
            // One row of it changed: that is found, and named.
            try await DatabaseQueue(path: file).write { try $0.execute(sql: "UPDATE entry SET due_at = 5") }
            let damaged = try await check(file)
            #expect(damaged.status == .exited(65) && damaged.json["sound"] as? Bool == false, "\(damaged.errors)")
            #expect(!home.files().keys.contains { $0.hasPrefix("tmp/") })
        }
    }

    @Test func `is refused by its own name, and with what can be done`() async throws {
        try await Home.withBackup { program, home, file in
            let whole = [UInt8](try #require(home.files()["copy.db"]))
            func expectNamed(_ end: Finished, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
                end.expectRefusal(65, saying: text, sourceLocation: sourceLocation)
                for word in [".restoring-", "coffer-verify-", ".tmp", "restore a backup"] {
                    #expect(!end.errors.contains(word), "\(end.errors)", sourceLocation: sourceLocation)
                }
            }
            for (bytes, sentence) in [
                (Array(whole.prefix(whole.count / 2)), "the backup \(file) is damaged; take another"),
                (
                    whole.prefix(4096) + Array(repeating: 0xFF, count: whole.count - 4096),
                    "the backup \(file) is damaged"
                ),
                (Array("no vault, but some text".utf8), "\(file) is not a Coffer vault"),
            ] {
                try home.write(bytes, to: "copy.db")
                expectNamed(try await program.run("restore", file, "--yes"), sentence)
                // What opens so far is looked at all the same, and listed.
                let check = try await program.run("verify", "--backup", file)
                if check.output.isEmpty { expectNamed(check, sentence) }
                #expect(check.status == .exited(65) && !check.errors.contains("coffer-verify-"), "\(check.errors)")
            }
            let end = try await program.run("backup", "--output", "none/copy.db")
            end.expectRefusal(66, saying: "there is no folder none")
        }
    }

    @Test func `that is a bundle and damaged is to be made again`() async throws {
        try await Home.withBackup { program, home, _ in
            try await TwoHomes.with(owner: program) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                let file = "\(home.path)/ci.bundle"
                let made = try await program.run("bundle", "--for", "ci", "--output", file, "main/one")
                #expect(made.status == .exited(0), "\(made.errors)")
                try await DatabaseQueue(path: file).write { database in
                    try database.execute(sql: "UPDATE bundle SET envelope = zeroblob(9)")
                }
                let read = try await homes.guest.run(["get", "main/one"], environment: ["COFFER_VAULT": file])
                read.expectRefusal(65, saying: "the bundle \(file) is damaged")
                let home = try await program.run("bundle", "collect", file)
                home.expectRefusal(65, saying: "the bundle \(file) is damaged")
                for end in [read, home] { #expect(!end.errors.contains("restore a backup")) }
            }
        }
    }
}
