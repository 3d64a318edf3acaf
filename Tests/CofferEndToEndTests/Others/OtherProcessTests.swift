// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import CofferVault
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `What one process changes` {
    private static let acme = "main/crm/acme"

    @Test func `is a hold: no answer of another is a token once the command has returned`() async throws {
        try await World.with { world in
            let token = try await world.token("acme")
            try await AskedProgram.with(world.program) { asked in
                let (before, after) = try await asked.ask(Self.acme) {
                    let end = try await world.program.run("rotate", World.app, "--leak", "--hold")
                    #expect(end.status == .exited(82), "\(end.errors)")
                }
                #expect(before.first == "ok 1 \(token)")
                #expect(Set(before).isSubset(of: ["ok 1 \(token)", "no rotating"]))
                // Once on hold, on hold.
                #expect(before.drop { $0 != "no rotating" }.allSatisfy { $0 == "no rotating" })
                #expect(Set(after) == ["no rotating"])
            }
        }
    }

    @Test func `is a taint that is served: each hand-out is an event again`() async throws {
        try await World.with { world in
            try await AskedProgram.with(world.program) { asked in
                let token = try await world.token("acme")
                let (before, after) = try await asked.ask(Self.acme) {
                    let end = try await world.program.run("rotate", World.app, "--leak", "--serve")
                    #expect(end.status == .exited(82), "\(end.errors)")
                }
                #expect(Set(before + after) == ["ok 1 \(token)"])
                let events = try await world.program.home.audit().filter { $0.action == .handOut }
                // One of `coffer token`, one for the first of the many before, and all of those after.
                #expect(events.count >= 2 + after.count)
                let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
                try await world.program.run("rotate", "resume", input: .text(secret))
                #expect(await asked.ask(Self.acme).hasPrefix("ok 2 "))
            }
        }
    }

    @Test func `is a new value, or its end`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/key", input: .text("one"))
            try await AskedProgram.with(program) { asked in
                for (version, value) in [(2, "two"), (3, "three")] {
                    let (before, after) = try await asked.ask("main/key") {
                        try await program.run("put", "main/key", input: .text(value))
                    }
                    #expect(before.last.map { $0.hasPrefix("ok ") } ?? true)
                    #expect(Set(after) == ["ok \(version) \(value)"])
                }
                let (_, after) = try await asked.ask("main/key") {
                    try await program.run("remove", "main/key", "--yes")
                }
                #expect(Set(after) == ["no not_found"])
            }
            let counted = try await home.audit().filter { $0.action == .read }.map(\.reason)
            #expect(counted.contains { $0.contains(" more time") }, "\(counted)")
            // Three versions, and the counts of each.
            #expect(counted.count <= 6, "\(counted)")
        }
    }

    @Test func `is the end of a membership`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/key", input: .text("one"))
            let reader = try await home.join("reader", .reader)
            try await AskedProgram.with(program, identity: reader) { asked in
                let (before, after) = try await asked.ask("main/key") {
                    _ = try await home.openVault().removeMember("reader")
                }
                #expect(before.first == "ok 1 one")
                #expect(Set(before).isSubset(of: ["ok 1 one", "no not_permitted"]))
                #expect(Set(after) == ["no not_permitted"])
            }
        }
    }
}
