// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import GRDB
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `A restore` {
    private static func replaced(_ home: Home) -> [String] {
        home.files().keys.filter { $0.contains("vault.db.replaced-") && !$0.hasSuffix("-wal") }.map {
            "\(home.path)/\($0)"
        }
    }

    @Test func `takes the vault back, says what is lost, and keeps the replaced one`() async throws {
        try await Home.withBackup { program, home, file in
            try await program.run("put", "main/two", input: .text("2"))
            try await program.run("put", "main/one", input: .text("changed"))
            let end = try await program.run("restore", file, "--yes", "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.json["lost"] as? [String] == ["main/two"])
            #expect(end.json["changed"] as? [String] == ["main/one"])
            #expect(try await program.run("get", "main/one").text == "1")
            try await program.run("get", "main/two").expectRefusal(66)
            let kept = try #require(Self.replaced(home).first)
            // This machine has seen newer by now; another opens it as it was.
            let elsewhere = ["XDG_STATE_HOME": "\(home.path)/elsewhere"]
            #expect(try await program.run(["get", "main/two", "--vault", kept], environment: elsewhere).text == "2")
            #expect(!home.files().keys.contains { $0.contains(".restoring-") })
            #expect(try await program.run("put", "main/three", input: .text("3")).status == .exited(0))
            #expect(try await program.run("doctor", "--offline").status == .exited(0))
        }
    }

    @Test func `is the only step back that is accepted, and once only`() async throws {
        try await Home.withBackup { program, home, file in
            try await program.run("put", "main/two", input: .text("2"))
            #expect(try await program.run("restore", file, "--yes").status == .exited(0))
            #expect(try await program.run("put", "main/three", input: .text("3")).status == .exited(0))
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: home.vault + suffix) }
            try FileManager.default.copyItem(atPath: file, toPath: home.vault)
            try await program.run("list").expectRefusal(65, saying: "older than what this machine has seen")
        }
    }

    @Test func `keeps the replaced vault under a name that nothing has`() async throws {
        try await Home.withBackup { program, home, file in
            // Names of each second that the suite may last.
            let begin = Date()
            let names = (0..<240).map { second in
                let time = begin.addingTimeInterval(Double(second)).ISO8601Format()
                return "\(home.vault).replaced-\(time.filter { $0 != "-" && $0 != ":" })"
            }
            for name in names { try Data("taken".utf8).write(to: URL(filePath: name)) }
            let end = try await program.run("restore", file, "--yes")
            #expect(end.status == .exited(0), "\(end.errors)")
            for name in names { #expect(try Data(contentsOf: URL(filePath: name)) == Data("taken".utf8)) }
            #expect(Self.replaced(home).filter { $0.hasSuffix("-2") }.count == 1)
        }
    }

    @Test func `works where the vault is gone`() async throws {
        try await Home.withBackup { program, home, file in
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: home.vault + suffix) }
            let end = try await program.run("restore", file, "--yes")
            #expect(end.status == .exited(0))
            #expect(try await program.run("get", "main/one").text == "1")
            #expect(Self.replaced(home).isEmpty)
        }
    }

    @Test func `works where the vault is damaged`() async throws {
        try await Home.withBackup { program, home, file in
            try home.write(Array(repeating: UInt8(7), count: 20_000), to: "data/coffer/vault.db")
            let end = try await program.run("restore", file, "--yes", "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.json["lost"] == nil)
            #expect(try await program.run("get", "main/one").text == "1")
            #expect(Self.replaced(home).count == 1)
        }
    }

    @Test func `wants a yes, an owner, a backup of this vault that is whole`() async throws {
        try await Home.withBackup { program, home, file in
            try await program.run("put", "main/two", input: .text("2"))
            func expectRefused(
                _ code: Int32, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
            ) async throws {
                let end = try await program.run(["restore"] + arguments)
                #expect(end.status == .exited(code), "\(end.errors)", sourceLocation: sourceLocation)
                #expect(try await program.run("get", "main/two").text == "2", sourceLocation: sourceLocation)
                #expect(!home.files().keys.contains { $0.contains(".restoring-") || $0.contains(".replaced-") })
            }
            try await expectRefused(64, [file])
            try await expectRefused(66, ["\(home.path)/none.db", "--yes"])
            try await expectRefused(64, [home.vault, "--yes"])
            var bytes = [UInt8](try #require(home.files()["copy.db"]))
            try home.write("no vault".utf8, to: "bad.db")
            try await expectRefused(65, ["\(home.path)/bad.db", "--yes"])
            // One bit in the last page that holds something.
            let place = try #require(bytes.lastIndex { $0 != 0 })
            bytes[place] ^= 1
            try home.write(bytes, to: "bad.db")
            try await expectRefused(65, ["\(home.path)/bad.db", "--yes"])
            try await Home.withBackup { _, _, other in
                try await expectRefused(77, [other, "--yes"])
            }
        }
    }

    @Test func `is refused while another process has the vault open`() async throws {
        try await World.with { world in
            let home = world.program.home
            let file = "\(home.path)/copy.db"
            try await world.succeed("backup", "--output", file)
            // It waits for the callback with the vault open.
            let arguments = ["connect", "\(World.app)/late", "--paste", "--yes", "--no-browser", "--timeout", "60s"]
            try await world.program.start(arguments, input: .open) { running in
                _ = await running.line(containing: "https://")
                let end = try await world.program.run("restore", file, "--yes")
                end.expectRefusal(75, saying: "has the vault open")
                running.endInput()
            }
            #expect(try await world.program.run("restore", file, "--yes").status == .exited(0))
        }
    }

    @Test func `leaves a connection whose token was not used since in working order after one refresh`() async throws {
        try await World.with { world in
            let file = "\(world.program.home.path)/copy.db"
            try await world.succeed("backup", "--output", file)
            let end = try await world.succeed("restore", file, "--yes", "--json")
            #expect(end.json["doubtful"] as? [String] == ["\(World.app)/acme"])
            #expect(try await world.state("acme") == "indeterminate")
            world.sandbox.log.clear()
            let token = try await world.token("acme")
            #expect(try await world.accountStatus("acme", token: token) == 200)
            #expect(try await world.state("acme") == "active")
            #expect(world.sandbox.log.requests(for: .token).count == 1)
        }
    }

    @Test func `never sends a refresh token that was spent since, whichever file says so`() async throws {
        for isVaultGone in [false, true] {
            try await World.with { world in
                let home = world.program.home
                let file = "\(home.path)/copy.db"
                try await world.succeed("backup", "--output", file)
                try await world.succeed("refresh", "--force", "\(World.app)/acme")
                if isVaultGone {
                    for suffix in ["", "-wal", "-shm"] {
                        try? FileManager.default.removeItem(atPath: home.vault + suffix)
                    }
                }
                let end = try await world.succeed("restore", file, "--yes", "--json")
                #expect(end.json["spent"] as? [String] == ["\(World.app)/acme"])
                #expect(try await world.state("acme") == "needs_reauthorization")
                world.sandbox.log.clear()
                #expect(try await world.program.run("token", "\(World.app)/acme").status == .exited(80))
                _ = try await world.program.run("refresh", "--all")
                #expect(world.sandbox.log.requests(for: .token).isEmpty)
                try await world.connect("acme")
                #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
            }
        }
    }

    @Test func `forgets no leak`() async throws {
        for isVaultGone in [false, true] {
            try await World.with { world in
                let home = world.program.home
                let file = "\(home.path)/copy.db"
                try await world.succeed("backup", "--output", file)
                #expect(try await world.program.run("rotate", World.app, "--leak", "--hold").status == .exited(82))
                if isVaultGone {
                    for suffix in ["", "-wal", "-shm"] {
                        try? FileManager.default.removeItem(atPath: home.vault + suffix)
                    }
                }
                let end = try await world.succeed("restore", file, "--yes", "--json")
                #expect(end.json["tainted"] as? [String] == [World.app])
                #expect(try await world.program.run("token", "\(World.app)/acme").status == .exited(84))
            }
        }
    }

    @Test func `forgets no leak of a static secret, contained or not, and holds no value from after it`() async throws {
        for (isVaultGone, isContained) in [(false, false), (true, false), (false, true), (true, true)] {
            try await Home.withBackup { program, home, file in
                #expect(try await program.run("rotate", "main/one", "--leak", "--hold").status == .exited(82))
                if isContained {
                    let end = try await program.run("rotate", "resume", input: .text("made-up-new"))
                    #expect(end.status == .exited(83), "\(end.errors)")
                }
                if isVaultGone {
                    for suffix in ["", "-wal", "-shm"] {
                        try? FileManager.default.removeItem(atPath: home.vault + suffix)
                    }
                }
                let end = try await program.run("restore", file, "--yes", "--json")
                #expect(end.status == .exited(0), "\(end.errors)")
                #expect(end.json["tainted"] as? [String] == ["main/one"])
                try await program.run("get", "main/one").expectRefusal(84, saying: "on hold")
                #expect(try await program.run("rotate", "main/one", "--leak", "--hold").status == .exited(82))
                #expect(
                    try await program.run("rotate", "resume", input: .text("made-up-newer")).status == .exited(83))
                #expect(try await program.run("get", "main/one").text == "made-up-newer")
                #expect(try await program.run("backup", "--output", file, "--force").status == .exited(0))
                let again = try await program.run("restore", file, "--yes", "--json")
                #expect(again.status == .exited(0), "\(again.errors)")
                #expect((again.json["tainted"] as? [String])?.isEmpty == true)
                #expect(try await program.run("get", "main/one").text == "made-up-newer")
                #expect(try await program.run("rotate", "list").status == .exited(0))
            }
        }
    }

    @Test func `brings nobody back who was removed, and is refused where it can't be known who was`() async throws {
        try await Home.withBackup { program, home, file in
            #expect(try await program.run("space", "add", "team").status == .exited(0))
            let end = try await program.run("restore", file, "--yes", "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.json["kept_membership_changes"] as? Int == 1)
            #expect(try await program.run("put", "team/x", input: .text("x")).status == .exited(0))
            // Once more without the vault that knows of the second space, which this machine remembers.
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: home.vault + suffix) }
            let again = try await program.run("restore", file, "--yes", "--json")
            #expect(again.status == .exited(0), "\(again.errors)")
            #expect(try await program.run("space", "list", "--quiet").text.contains("team"))
            // And where it does not.
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: home.vault + suffix) }
            let folder = "\(home.path)/state/coffer/seen"
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".manifests") {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
            try await program.run("restore", file, "--yes").expectRefusal(65, saying: "membership changed")
            #expect(!FileManager.default.fileExists(atPath: home.vault))
        }
    }

    @Test func `is an owner's alone`() async throws {
        try await Home.withBackup { program, home, file in
            try await TwoHomes.with(owner: program) { homes in
                try await homes.letIn("cron", "--role", "issuer", "--space", "main")
                let now = "\(home.path)/now.db"
                #expect(try await program.run("backup", "--output", now).status == .exited(0))
                for file in [file, now] {
                    // Before it was let in it was nobody, and now it is no owner.
                    try await homes.guest.run("restore", file, "--yes").expectRefusal(77)
                }
                try await homes.guest.run("restore", now, "--yes").expectRefusal(77, saying: "owner")
            }
            #expect(try await program.run("get", "main/one").text == "1")
            #expect(!home.files().keys.contains { $0.contains(".restoring-") || $0.contains(".replaced-") })
        }
    }

    @Test func `of what is sealed under keys that were retired is refused, and nothing changes`() async throws {
        try await Home.withBackup { program, home, file in
            #expect(try await program.run("rekey").status == .exited(0))
            try await program.run("restore", file, "--yes").expectRefusal(65, saying: "keys that were retired")
            #expect(try await program.run("get", "main/one").text == "1")
            #expect(!home.files().keys.contains { $0.contains(".restoring-") || $0.contains(".replaced-") })
            // A backup from afterwards is as good as ever.
            #expect(try await program.run("backup", "--output", file, "--force").status == .exited(0))
            #expect(try await program.run("restore", file, "--yes").status == .exited(0))
        }
    }
}
