// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A leak whose secret a program replaces` {
    @Test func `is contained without a person, and the program gets no secret but on standard input`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let program = try ReplacingProgram(in: world.program.home, for: world.sandbox)
            let view = try await world.succeed(program.setting + ["--deadline", "90s", "--json"])
            #expect(view.json["driver"] as? String == "command" && view.json["deadline_seconds"] as? Int == 90)
            let plan = try await world.succeed("rotate", World.app, "--leak", "--dry-run", "--json")
            #expect(plan.json["driver"] as? String == "command" && plan.json["taint"] as? String == "hold")
            let old = world.sandbox.integration.clientSecret
            let before = try await world.token("acme")

            let end = try await world.program.run("rotate", World.app, "--leak", "--json")
            let new = world.sandbox.integration.clientSecret
            #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)\(end.text)")
            #expect(end.json["state"] as? String == "closed", "\(end.text)")
            #expect((end.json["open_items"] as? [String])?.isEmpty == true)
            #expect(end.text.contains("the program replace-secret gave a new client_secret"), "\(end.text)")
            #expect(end.errors.contains("coffer: replace-secret: made one\n"), "\(end.errors)")
            #expect(new != old)
            #expect(try await world.field("main/crm#client_secret") == new)
            #expect(try await world.token("acme") != before)
            #expect(try await world.accountStatus("acme", token: before) == 401)

            let asked = try program.asked()
            #expect(asked.compactMap { $0["operation"] as? String } == ["replace"])
            #expect(asked.first?["rotation"] as? String == end.json["id"] as? String)
            #expect(asked.first?["folder"] as? String == "/")
            let variables = try #require(asked.first?["variables"] as? [String: String])
            #expect(variables["HOME"] == world.program.home.path)
            #expect(variables.keys.allSatisfy { !$0.hasPrefix("COFFER") })
            for secret in [old, new] {
                #expect(try !program.seen().contains(secret))
                #expect(!end.text.contains(secret) && !end.errors.contains(secret))
            }
        }
    }

    @Test func `is contained by the program that the documentation shows`() async throws {
        try await World.with { world in
            let home = world.program.home
            let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("docs/command-driver.md")
            let text = try String(contentsOf: page, encoding: .utf8)
            let example = try #require(text.firstMatch(of: /```python\n(#!.*?\n)```\n/.dotMatchesNewlines())).1
            let shown = try home.write(example.utf8, to: "shown", mode: 0o700)
            let other = try ReplacingProgram(in: home, for: world.sandbox)
            try await world.succeed(other.setting(shown))
            let old = world.sandbox.integration.clientSecret
            let end = try await world.program.run("rotate", World.app, "--leak")
            #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)\(end.text)")
            let new = world.sandbox.integration.clientSecret
            #expect(new != old)
            #expect(try await world.field("main/crm#client_secret") == new)
            // As Coffer would ask it about a lost request.
            let question = #"{"version":1,"operation":"inspect","client_id":"\#(world.sandbox.integration.clientID)"}"#
            let look = try await world.program.run(
                [shown] + other.arguments, input: .text(question), script: #"exec "$@""#)
            #expect(look.json["result"] as? String == "held" && look.json["client_secret"] as? String == new)
        }
    }

    @Test func `is contained once although the answer was lost with a killed process`() async throws {
        try await World.with { world in
            let program = try ReplacingProgram(in: world.program.home, for: world.sandbox)
            try await world.succeed(program.setting)
            let old = world.sandbox.integration.clientSecret
            #expect(program.hangOnce())
            let (number, killed) = try await world.program.start(["rotate", World.app, "--leak"]) { running in
                let number = await program.waitUntilItHangs()
                running.send(SIGKILL)
                return number
            }
            #expect(killed.status == .signaled(SIGKILL))
            // It is in a session of its own, and outlives a Coffer that is killed.
            kill(try #require(number), SIGKILL)
            let made = world.sandbox.integration.clientSecret
            #expect(made != old)
            let end = try await world.program.run("rotate", "resume", "--json")
            #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)\(end.text)")
            #expect(end.json["state"] as? String == "closed")
            let asked = try program.asked()
            #expect(asked.compactMap { $0["operation"] as? String } == ["replace", "inspect"])
            #expect(Set(asked.compactMap { $0["rotation"] as? String }).count == 1)
            #expect(end.text.contains("whose answer was lost"), "\(end.text)")
            #expect(world.sandbox.integration.clientSecret == made)
            #expect(try await world.field("main/crm#client_secret") == made)
        }
    }

    @Test func `waits for a program that is mended, or for a person who takes over`() async throws {
        try await World.with { world in
            let home = world.program.home
            try home.write("#!/bin/sh\necho no rights >&2\nexit 3\n".utf8, to: "failing", mode: 0o700)
            try await world.succeed("app", "driver", World.app, "--command", "\(home.path)/failing")
            let failed = try await world.program.run("rotate", World.app, "--leak")
            #expect(failed.status == .exited(75), "\(failed.errors)")
            #expect(failed.errors.contains("coffer: failing: no rights\n"), "\(failed.errors)")
            #expect(failed.errors.contains("ended with status 3"), "\(failed.errors)")
            #expect(failed.errors.contains("go on with: coffer rotate resume"), "\(failed.errors)")
            try home.write("#!/bin/sh\necho no JSON\n".utf8, to: "failing", mode: 0o700)
            let odd = try await world.program.run("rotate", "resume")
            #expect(odd.status == .exited(76) && odd.errors.contains("not one JSON object"), "\(odd.errors)")
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: "\(home.path)/failing")
            let open = try await world.program.run("rotate", "resume")
            #expect(open.status == .exited(78) && open.errors.contains("written by others"), "\(open.errors)")
            try await world.succeed("app", "driver", World.app, "--none")
            let absent = try await world.program.run("rotate", "resume")
            #expect(absent.status == .exited(78) && absent.errors.contains("--by-hand"), "\(absent.errors)")
            let person = try await world.program.run("rotate", "resume", "--by-hand")
            #expect(person.status == .exited(82), "\(person.errors)")
            #expect(person.text.contains("look for one first"), "\(person.text)")
            let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let end = try await world.program.run("rotate", "resume", input: .text(secret))
            #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)\(end.text)")
        }
    }

    @Test func `can't be set to what is no program, or with what does not belong together`() async throws {
        try await World.with(accounts: []) { world in
            let home = world.program.home
            let open = try home.write("#!/bin/sh\n".utf8, to: "open", mode: 0o777)
            for (arguments, status, text) in [
                (["--command", "relative"], Int32(64), "absolute path"),
                (["--command", "\(home.path)/none"], 66, "there is no file"),
                (["--command", open], 78, "can be written by others"),
                (["--command", "/bin/sh", "--deadline", "1h"], 64, "deadline"),
                (["--deadline", "5s"], 64, "go with --command"),
                (["--command", "/bin/sh", "--none"], 64, "exclude each other"),
            ] {
                let end = try await world.program.run(["app", "driver", World.app] + arguments)
                #expect(end.status == .exited(status) && end.errors.contains(text), "\(arguments): \(end.errors)")
            }
            #expect(try await world.succeed("app", "driver", World.app).text.contains("replaced by operator"))
        }
    }
}
