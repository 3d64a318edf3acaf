// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import CofferVault
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A reader whose token has expired` {
    private static let acme = "main/crm/acme"

    @Test func `alone ends with 86; with an issuer's process about, it gets the next token`() async throws {
        let life = await ProgramClock.life
        try await World.with(lifetime: .seconds(life), movesTime: true) { world in
            let reader = try await world.program.home.join("reader", .reader)
            let first = try await world.token("acme")
            try await world.letPass(seconds: life + 1)
            world.sandbox.log.clear()
            for wait in ["0s", "1s"] {
                let end = try await world.program.run(
                    "token", Self.acme, "--wait", wait, "--identity-file", reader)
                end.expectRefusal(86, saying: "a wish for it is left")
            }
            #expect(world.sandbox.log.records.isEmpty)
            let arguments = [
                "token", Self.acme, "--wait", "60s", "--min-valid", "1s", "--identity-file", reader, "--json",
            ]
            let vault = try await world.program.home.openVault()
            let (_, end) = try await world.program.start(arguments) { _ in
                // Its wish takes the place of those before.
                while try await vault.wishes().valid.map(\.validForMilliseconds) != [1000] { await Task.yield() }
                let refreshed = try await world.succeed("refresh", "--json")
                let rows = refreshed.json["connections"] as? [[String: Any]] ?? []
                #expect(rows.map { $0["outcome"] as? String } == ["refreshed"])
                #expect(rows.map { $0["wishes"] as? Int } == [1])
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            let token = try #require(end.json["access_token"] as? String)
            #expect(token != first && end.json["version"] as? Int == 2)
            #expect(world.sandbox.log.requests(for: .token).map(\.status) == [200])
            #expect(try await vault.wishes().valid.isEmpty)
        }
    }

    @Test func `can't refresh by itself`() async throws {
        try await World.with { world in
            let reader = try await world.program.home.join("reader", .reader)
            world.sandbox.log.clear()
            for command in [["refresh"], ["refresh", "--all"], ["refresh", "--force", Self.acme]] {
                let end = try await world.program.run(command + ["--identity-file", reader])
                end.expectRefusal(77, saying: "may read but not")
            }
            #expect(world.sandbox.log.records.isEmpty)
        }
    }
}
