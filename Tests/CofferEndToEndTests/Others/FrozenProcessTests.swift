// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// A rotation waits for a person, so that nobody may refresh: on some servers that would spend the token.
@Suite(
    .timeLimit(.minutes(5)), .enabled("a program's clock can't be set here") { await Preload.clock.value != nil })
struct `A freeze by one process` {
    private static let acme = "main/crm/acme"

    /// Runs a body where the token has ended, then a rotation was opened, beside a program that has had the token in its memory
    /// since before both.
    private static func with(
        _ mode: String, _ body: (World, AskedProgram) async throws -> Void
    ) async throws {
        let life = await ProgramClock.life
        try await World.with(lifetime: .seconds(life), movesTime: true) { world in
            let token = try await world.token("acme")
            try await AskedProgram.with(world.program) { before in
                #expect(await before.ask(acme) == "ok 1 \(token)")
                try await world.letPass(seconds: life + 1)
                let opened = try await world.program.run("rotate", World.app, mode)
                #expect(opened.status == .exited(82), "\(opened.errors)")
                world.sandbox.log.clear()
                try await body(world, before)
            }
        }
    }

    /// Does what the rotation waits for.
    private static func close(_ world: World) async throws {
        let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
        let end = try await world.program.run("rotate", "resume", input: .text(secret))
        #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)")
    }

    @Test(arguments: ["--leak", "--planned"])
    func `stops the refreshes of those begun before it and after it, until the new secret is in force`(
        mode: String
    ) async throws {
        try await Self.with(mode) { world, before in
            try await AskedProgram.with(world.program) { after in
                for asked in [before, after] { #expect(await asked.ask(Self.acme) == "no busy") }
                for command in [["token", Self.acme], ["refresh", "--force", Self.acme]] {
                    let end = try await world.program.run(command)
                    #expect(end.status == .exited(75), "\(command): \(end.errors)")
                    #expect((end.errors + end.text).contains("frozen"), "\(command): \(end.errors)\(end.text)")
                }
                #expect(world.sandbox.log.requests(for: .token).isEmpty)
                #expect(try await world.state("acme") != "needs_reauthorization")

                try await Self.close(world)
                let answers = [await before.ask(Self.acme), await after.ask(Self.acme)]
                let token = try await world.token("acme")
                #expect(Set(answers) == ["ok 2 \(token)"])
            }
        }
    }

    @Test func `is waited for by who says so, and ends with the new token`() async throws {
        try await Self.with("--planned") { world, _ in
            let (_, end) = try await world.program.start(["token", Self.acme, "--hold-wait", "10m"]) { waiting in
                #expect(await waiting.line(containing: "waiting for that") != nil)
                #expect(world.sandbox.log.requests(for: .token).isEmpty)
                try await Self.close(world)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            let token = end.text.trimmingCharacters(in: .newlines)
            #expect(try await world.token("acme") == token)
            #expect(try await world.accountStatus("acme", token: token) == 200)
        }
    }
}
