// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import GRDB
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `What is left of a vault when it is restored` {
    private static func loseVault(_ home: Home) {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: home.vault + suffix) }
    }

    @Test func `a log without its file is kept aside, and does not get into the restored one`() async throws {
        try await Home.withBackup { program, home, file in
            for value in ["2", "3"] { try await program.run("put", "main/one", input: .text(value)) }
            let log = try #require(home.files()["data/coffer/vault.db-wal"])
            try #require(!log.isEmpty)
            try FileManager.default.removeItem(atPath: home.vault)
            let end = try await program.run("restore", file, "--yes", "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(try await program.run("get", "main/one").text == "1")
            #expect(try await program.run("verify").status == .exited(0))
            let kept = try #require((end.json["kept_logs"] as? [String])?.first)
            #expect(FileManager.default.contents(atPath: kept) == log)
            #expect(end.json["kept_as"] == nil)
        }
    }

    @Test(arguments: [["space", "add", "team"], ["audit", "policy", "--unaudited-reading", "allow"]])
    func `a change of the membership is known although nobody opened the vault after it`(
        command: [String]
    ) async throws {
        try await Home.withBackup { program, home, file in
            #expect(try await program.run(command).status == .exited(0))
            Self.loseVault(home)
            let end = try await program.run("restore", file, "--yes", "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.json["kept_membership_changes"] as? Int == 1)
        }
    }

    @Test func `whoever was removed by the last command stays removed`() async throws {
        try await Home.withBackup { program, home, file in
            _ = try await home.join("eve", .issuer)
            #expect(try await program.run("backup", "--output", file, "--force").status == .exited(0))
            #expect(try await program.run("identity", "remove", "eve", "--yes").status == .exited(0))
            Self.loseVault(home)
            let end = try await program.run("restore", file, "--yes", "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.json["kept_membership_changes"] as? Int == 1)
            #expect(try await program.run("identity", "list", "--quiet").text == "owner\n")
        }
    }

    @Test func `a membership that can't be recorded is told, and changed all the same`() async throws {
        try await Home.withBackup { program, home, _ in
            let folder = "\(home.path)/state/coffer/seen"
            let record = try #require(
                try FileManager.default.contentsOfDirectory(atPath: folder).first { !$0.contains(".") })
            let id = String(try #require(record.split(separator: "-").first))
            // A folder in its place: that stops root too.
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(id).manifests/x", withIntermediateDirectories: true)
            let end = try await program.run("space", "add", "team")
            #expect(end.status == .exited(0) && end.errors.contains("can't be recorded"), "\(end.errors)")
            #expect(try await program.run("space", "list", "--quiet").text.contains("team"))
        }
    }

    private static let tool = "/usr/bin/strace"

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: tool), "strace is not installed"))
    func `the membership is on the disk before the command returns`() async throws {
        try await Home.withBackup { program, home, _ in
            let log = "\(home.path)/calls"
            let script =
                "exec \(Self.tool) -f -qq -y -o '\(log)' -e trace=fsync,linkat,rename,renameat,renameat2 \"$0\" \"$@\""
            #expect(try await program.run(["space", "add", "team"], script: script).status == .exited(0))
            let calls = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
            func place(_ parts: String..., after: Int = -1) -> Int? {
                calls.indices.first { index in index > after && parts.allSatisfy(calls[index].contains) }
            }
            // It has no name before it is whole, where the file system lets it.
            let manifests = try #require(
                place("fsync(", "/coffer/seen/#") ?? place("fsync(", ".manifests."), "\(calls)")
            let named = try #require(
                place("rename", ".manifests\"", after: manifests) ?? place("linkat(", ".manifests\"", after: manifests))
            let folder = try #require(place("fsync(", "/coffer/seen>", after: named))
            let record = try #require(place("fsync(", "/coffer/seen/", ".new>", after: folder))
            #expect(place("fsync(", "/coffer/seen>", after: record) != nil)
        }
    }

    /// What somebody, or a broken disk, did to the manifests.
    enum Harm: String, CaseIterable {
        case flipped, stray, foreign
    }

    @Test(arguments: Harm.allCases)
    func `manifests that nobody signed are passed over`(harm: Harm) async throws {
        try await Home.withBackup { program, home, file in
            #expect(try await program.run("space", "add", "team").status == .exited(0))
            let foreign = try await Home.with { home in
                #expect(try await Program(home: home).run("init").status == .exited(0))
                return try await DatabaseQueue(path: home.vault).read {
                    try Data.fetchOne($0, sql: "SELECT body FROM manifest")
                }
            }
            try await DatabaseQueue(path: home.vault).write { database in
                switch harm {
                case .flipped:
                    var body = try #require(
                        try Data.fetchOne(database, sql: "SELECT body FROM manifest WHERE epoch = 2"))
                    body[body.startIndex + 40] ^= 1
                    try database.execute(sql: "UPDATE manifest SET body = ? WHERE epoch = 2", arguments: [body])
                case .stray: try database.execute(sql: "INSERT INTO manifest VALUES (3, x'00')")
                case .foreign: try database.execute(sql: "INSERT INTO manifest VALUES (3, ?)", arguments: [foreign])
                }
            }
            #expect(try await program.run("list").status == .exited(65))
            let end = try await program.run("restore", file, "--yes", "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.json["kept_membership_changes"] as? Int == 1)
            #expect(try await program.run("space", "list", "--quiet").text.contains("team"))
            #expect(try await program.run("verify").status == .exited(0))
        }
    }

    @Test func `a leak is known although another row can't be read, which is said`() async throws {
        try await World.with { world in
            let home = world.program.home
            let file = "\(home.path)/copy.db"
            try await world.succeed("put", "main/note", input: .text("n"))
            try await world.succeed("backup", "--output", file)
            #expect(try await world.program.run("rotate", World.app, "--leak", "--hold").status == .exited(82))
            try await DatabaseQueue(path: home.vault).write { database in
                try database.execute(sql: "UPDATE entry SET use_box = x'00' WHERE kind = 3")
            }
            // The vault alone knows of it.
            try FileManager.default.removeItem(atPath: "\(home.path)/state")
            let end = try await world.succeed("restore", file, "--yes", "--json")
            #expect(end.json["tainted"] as? [String] == [World.app])
            #expect(end.json["unreadable"] as? Int == 1)
            #expect((end.json["returning"] as? [String])?.isEmpty == true)
            #expect(try await world.program.run("token", "\(World.app)/acme").status == .exited(84))
        }
    }

    @Test func `spent refresh tokens are known although the vault does not unlock`() async throws {
        try await World.with { world in
            let home = world.program.home
            let file = "\(home.path)/copy.db"
            try await world.succeed("backup", "--output", file)
            try await world.succeed("refresh", "--force", "\(World.app)/acme")
            try await DatabaseQueue(path: home.vault).write { database in
                try database.execute(sql: "INSERT INTO manifest VALUES (2, x'00')")
            }
            try FileManager.default.removeItem(atPath: "\(home.path)/state")
            let end = try await world.succeed("restore", file, "--yes", "--json")
            #expect(end.json["spent"] as? [String] == ["\(World.app)/acme"])
        }
    }
}
