// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `The file that a backup or a bundle becomes` {
    private static func commands(_ file: String, force: Bool = true) -> [[String]] {
        let target = ["--output", file] + (force ? ["--force"] : [])
        return [["backup"] + target, ["bundle", "--for", "owner"] + target + ["main/one"]]
    }

    @Test func `is never the vault, what belongs to it, or the identity`() async throws {
        try await Home.withOneEntry { program, home in
            let identity = home.files()["config/coffer/identity"]
            let beside = [
                "", "-wal", "-shm", "-lock", "-change", "-pace", "-reserve", "-journal", "-spill", "-spill/x",
            ]
            try FileManager.default.createDirectory(atPath: home.vault + "-spill", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: "\(home.path)/link", withDestinationPath: "data/coffer")
            let names = beside.map { home.vault + $0 } + [home.identity, "\(home.path)/link/vault.db-wal"]
            for name in names + ["data/coffer/vault.db"] {
                for command in Self.commands(name) { try await program.run(command).expectRefusal(64, saying: name) }
            }
            for command in Self.commands(home.vault + "-journal", force: false) {
                try await program.run(command).expectRefusal(64, saying: "belongs to the vault")
            }
            #expect(home.files()["config/coffer/identity"] == identity)
            #expect(!FileManager.default.fileExists(atPath: home.vault + "-journal"))
            #expect(try await program.run("get", "main/one").text == "1")
            // Nor another identity, wherever it lies.
            let other = try home.write("coffer-secret-1 of somebody".utf8, to: "other")
            for command in Self.commands(other) { try await program.run(command).expectRefusal(64, saying: "identity") }
        }
    }

    @Test func `does not take up the log of an earlier file of its name`() async throws {
        try await Home.withOneEntry { program, home in
            let file = "\(home.path)/copy.db"
            #expect(try await program.run("backup", "--output", file).status == .exited(0))
            // It leaves a log beside the copy.
            #expect(try await program.run("list", "--vault", file).status == .exited(0))
            try #require((home.files()["copy.db-wal"]?.count ?? 0) > 0)
            for number in 0..<3 { try await program.run("put", "main/n\(number)", input: .text("x")) }
            #expect(try await program.run("backup", "--output", file, "--force").status == .exited(0))
            #expect(home.files()["copy.db-wal"] == nil)
            let end = try await program.run("restore", file, "--yes")
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(try await program.run("get", "main/n2").text == "x")
            // Without a file there is nothing to replace, and still a log that it would be read with.
            try home.write("a log".utf8, to: "copy.db-wal")
            try FileManager.default.removeItem(atPath: file)
            for command in Self.commands(file, force: false) {
                try await program.run(command).expectRefusal(64, saying: "copy.db-wal is left of an earlier file")
            }
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }

    @Test func `is a bundle that comes home, also in the place of one that was used`() async throws {
        try await Home.withOneEntry { program, home in
            try await TwoHomes.with(owner: program) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                let file = "\(home.path)/ci.bundle"
                func make(_ more: String...) async throws -> Finished {
                    try await program.run(["bundle", "--for", "ci", "--output", file, "main/one"] + more)
                }
                #expect(try await make().status == .exited(0))
                let job = ["COFFER_VAULT": file]
                #expect(try await homes.guest.run(["get", "main/one"], environment: job).text == "1")
                try FileManager.default.removeItem(atPath: file)
                try await make().expectRefusal(64, saying: "left of an earlier file")
                #expect(try await make("--force").status == .exited(0))
                #expect(try await homes.guest.run(["get", "main/one"], environment: job).text == "1")
                let home = try await program.run("bundle", "collect", file, "--json")
                #expect(home.status == .exited(0) && home.json["added"] as? Int == 1, "\(home.errors)")
            }
        }
    }

    @Test func `is not replaced under a program that has it open`() async throws {
        try await Home.withOneEntry { program, home in
            let file = "\(home.path)/copy.db"
            #expect(try await program.run("backup", "--output", file).status == .exited(0))
            let store = try SQLiteStore.open(file)
            for command in Self.commands(file) {
                try await program.run(command).expectRefusal(75, saying: "\(file) open")
            }
            withExtendedLifetime(store) {}
        }
    }
}
