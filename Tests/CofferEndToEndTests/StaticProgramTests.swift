// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A static secret that a program replaces` {
    private static let old = "https://portal.example/rest/1/MARKER-made-up-old-0123456789/"

    /// Runs a body with a vault that holds the secret, and the program that replaces it where it comes from.
    private static func with(
        _ options: String..., body: (Program, ReplacingProgram) async throws -> Void
    ) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/hook", input: .text(old))
            let replacing = try ReplacingProgram.ofValues(old, in: home)
            let view = try await program.run(
                ["rotate", "driver", "main/hook", "--command", replacing.path, "--json"] + options)
            #expect(view.json["driver"] as? String == "command", "\(view.errors)")
            #expect(view.json["subject"] as? String == "value")
            try await body(program, replacing)
        }
    }

    /// Expects one value where it comes from, and that one in the vault.
    private static func expectOne(_ program: Program) async throws {
        let held = try ReplacingProgram.held(in: program.home)
        #expect(held.count == 1 && held != [old])
        #expect(try await program.run("get", "main/hook").text == held.first)
    }

    private static func expectHidden(_ shown: Finished, _ program: Program) throws {
        for value in [old] + (try ReplacingProgram.held(in: program.home)) {
            let marker = Marker("value", value)
            #expect(!marker.isIn(shown.output) && !marker.isIn(shown.errorBytes), "\(shown.text)\(shown.errors)")
        }
    }

    @Test func `after a leak is in force at once, proven, and shown nowhere`() async throws {
        try await Self.with("--deadline", "90s") { program, replacing in
            let plan = try await program.run("rotate", "main/hook", "--leak", "--dry-run", "--json")
            #expect(plan.json["driver"] as? String == "command" && plan.json["taint"] as? String == "hold")
            #expect(
                (plan.json["operator_steps"] as? [String])?.isEmpty == true && plan.json["overlaps"] as? Bool == false)
            #expect(!FileManager.default.fileExists(atPath: "\(program.home.path)/asked"), "a plan asks nobody")
            let end = try await program.run("rotate", "main/hook", "--leak", "--json")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            #expect(end.json["state"] as? String == "closed" && end.json["subject"] as? String == "value")
            let proofs = end.json["proofs"] as? [[String: Any]] ?? []
            #expect(proofs.map { $0["result"] as? String } == ["proven", "proven"], "\(end.text)")
            #expect(end.errors.contains("coffer: replace-value: made one\n"), "\(end.errors)")
            try await Self.expectOne(program)
            let asked = try replacing.asked()
            #expect(try replacing.operations() == ["replace", "check", "check"])
            #expect(asked.first?["path"] as? String == "main/hook" && asked.first?["subject"] as? String == "value")
            #expect(
                asked.first?["members"] as? [String] == [
                    "attempt", "may_have_been_sent", "operation", "path", "rotation", "subject", "unwanted_values",
                    "value", "version",
                ])
            let variables = try #require(asked.first?["variables"] as? [String: String])
            #expect(variables.keys.allSatisfy { !$0.hasPrefix("COFFER") })
            for value in [Self.old] + (try ReplacingProgram.held(in: program.home)) {
                #expect(try !replacing.seen().contains(value))
            }
            try Self.expectHidden(end, program)
            try Self.expectHidden(try await program.run("rotate", "report", "--format", "html"), program)
        }
    }

    @Test func `is made once although the answer was lost with a killed process`() async throws {
        try await Self.with { program, replacing in
            #expect(replacing.hangOnce())
            let (number, killed) = try await program.start(["rotate", "main/hook", "--leak"]) { running in
                let number = await replacing.waitUntilItHangs()
                running.send(SIGKILL)
                return number
            }
            #expect(killed.status == .signaled(SIGKILL))
            kill(try #require(number), SIGKILL)
            let made = try ReplacingProgram.held(in: program.home)
            #expect(made.count == 1 && made != [Self.old])
            try await program.run("get", "main/hook").expectRefusal(84)
            let end = try await program.run("rotate", "resume", "--json")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            #expect(end.text.contains("whose answer was lost"), "\(end.text)")
            #expect(try replacing.operations() == ["replace", "inspect", "check", "check"])
            #expect(Set(try replacing.asked().compactMap { $0["rotation"] as? String }).count == 1)
            #expect(try ReplacingProgram.held(in: program.home) == made)
            try await Self.expectOne(program)
        }
    }

    @Test func `is made once although a terminal closed while the program ran, which ends with it`() async throws {
        try await Self.with { program, replacing in
            #expect(replacing.hangOnce())
            let (number, ended) = try await program.start(["rotate", "main/hook", "--leak"]) { running in
                let number = await replacing.waitUntilItHangs()
                running.send(SIGHUP)
                return number
            }
            #expect(ended.status == .exited(143), "\(ended.errors)")
            let child = try #require(number)
            #expect(kill(child, 0) != 0)
            #expect(try await program.run("rotate", "list", "--open", "--quiet").text.hasPrefix("r-"))
            #expect(try await program.run("rotate", "resume").status == .exited(0))
            #expect(try replacing.operations() == ["replace", "inspect", "check", "check"])
            try await Self.expectOne(program)
        }
    }

    @Test(arguments: ["--leak", "--planned"])
    func `beside the old one is tried before the old one is ended`(mode: String) async throws {
        try await Self.with("--two-secrets") { program, replacing in
            let end = try await program.run("rotate", "main/hook", mode, "--json")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            #expect(try replacing.operations() == ["add", "check", "remove", "check"])
            try await Self.expectOne(program)
        }
    }

    @Test func `waits for a program that is mended, or for a person who takes over`() async throws {
        try await Self.with { program, _ in
            let home = program.home
            let hanging = try home.write(
                "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 1000; done\n".utf8, to: "hanging", mode: 0o700)
            let set = ["rotate", "driver", "main/hook", "--command", hanging]
            #expect(try await program.run(set + ["--deadline", "1s"]).status == .exited(0))
            let late = try await program.run("rotate", "main/hook", "--leak")
            #expect(late.status == .exited(75) && late.errors.contains("did not end within 1 s"), "\(late.errors)")
            #expect(late.errors.contains("replaces the value of main/hook"), "\(late.errors)")
            #expect(late.errors.contains("go on with: coffer rotate resume"), "\(late.errors)")
            #expect(try await program.run("rotate", "driver", "main/hook", "--none").status == .exited(0))
            let absent = try await program.run("rotate", "resume")
            #expect(absent.status == .exited(78) && absent.errors.contains("--by-hand"), "\(absent.errors)")
            let person = try await program.run("rotate", "resume", "--by-hand")
            #expect(person.status == .exited(82) && person.text.contains("look for one first"), "\(person.text)")
            let new = "MARKER-made-up-by-hand-0123456789"
            let end = try await program.run("rotate", "resume", input: .text(new + "\n"))
            #expect(end.status == .exited(83), "\(end.errors)\(end.text)")
            #expect(try await program.run("get", "main/hook").text == new)
            #expect(try await program.run("put", "main/hook", input: .text("made-up-later")).status == .exited(0))
        }
    }

    @Test func `is set by its own command, and an app by another`() async throws {
        try await World.with(accounts: []) { world in
            let program = world.program
            try await world.succeed("put", "main/hook", input: .text(Self.old))
            for (arguments, status, text) in [
                (["rotate", "driver", World.app], Int32(64), "coffer app driver main/crm"),
                (["app", "driver", "main/hook", "--command", "/bin/sh"], 64, "coffer rotate driver main/hook"),
                (["rotate", "driver", "main/none"], 66, "main/none"),
                (["rotate", "driver", "main/hook", "--command", "relative"], 64, "absolute path"),
                (["rotate", "driver", "main/hook", "--two-secrets"], 64, "goes with --command"),
                (["rotate", "driver", "main/hook", "--deadline", "5s"], 64, "go with --command"),
                (["rotate", "driver", "main/hook", "--command", "/bin/sh", "--none"], 64, "exclude each other"),
            ] {
                let end = try await program.run(arguments)
                #expect(end.status == .exited(status) && end.errors.contains(text), "\(arguments): \(end.errors)")
            }
            #expect(try await world.succeed("rotate", "driver", "main/hook").text.contains("replaced by operator"))
        }
    }
}
