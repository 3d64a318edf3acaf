// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `Many processes at once` {
    private static let count = 12

    /// Starts as many programs, and gathers how they ended.
    private static func together(
        _ count: Int = count, _ command: @escaping @Sendable (Int) async throws -> Finished
    ) async throws -> [Finished] {
        try await withThrowingTaskGroup(of: Finished.self) { group in
            for number in 0..<count { group.addTask { try await command(number) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `ask for one token that must be refreshed, and share one request`() async throws {
        let life = await ProgramClock.life * 10
        try await World.with(lifetime: .seconds(life), movesTime: true) { world in
            let old = try await world.token("acme")
            try await world.letPass(seconds: life / 10 + 1)
            world.sandbox.log.clear()
            // Nine tenths of a life is the most that can be asked for; what is left of this one is less. The new one must
            // have as much left when the last of them has started.
            let ends = try await Self.together(30) { _ in
                try await world.program.run("token", "main/crm/acme", "--min-valid", "\(life / 10 * 9)s")
            }
            #expect(ends.allSatisfy { $0.status == .exited(0) }, "\(ends.map(\.errors))")
            #expect(Set(ends.map(\.text)).count == 1)
            #expect(ends.first?.text != old + "\n")
            #expect(world.sandbox.log.requests(for: .token).map(\.status) == [200])
        }
    }

    @Test func `write, and nothing is lost`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            let ends = try await Self.together { number in
                try await program.runPatiently(["put", "main/key\(number)"], input: .text("value \(number)"))
            }
            #expect(ends.allSatisfy { $0.status == .exited(0) }, "\(ends.map(\.errors))")
            for number in 0..<Self.count {
                #expect(try await program.run("get", "main/key\(number)").text == "value \(number)")
            }
        }
    }

    @Test func `make one vault`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            let ends = try await Self.together { _ in try await program.run("init") }
            #expect(ends.contains { $0.status == .exited(0) })
            // Whoever meets the identity of another before its vault has its name is told so.
            #expect(
                ends.allSatisfy { [.exited(0), .exited(64), .exited(75)].contains($0.status) }, "\(ends.map(\.errors))")
            let again = try await program.run("init")
            #expect(again.status == .exited(0) && again.errors.contains("nothing was changed"), "\(again.errors)")
            #expect(try await program.run("put", "main/key", input: .text("x")).status == .exited(0))
        }
    }

    @Test func `resume one rotation, and one of them runs it`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            try await world.program.run("rotate", World.app, "--leak")
            let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            world.sandbox.log.clear()
            let ends = try await Self.together(4) { _ in
                try await world.program.run("rotate", "resume", input: .text(secret))
            }
            #expect(ends.contains { [.exited(0), .exited(83)].contains($0.status) }, "\(ends.map(\.errors))")
            let refreshes = world.sandbox.log.requests(for: .token).filter { $0.grantType == "refresh_token" }
            #expect(refreshes.map(\.status) == [200, 200])
            #expect(try await world.succeed("rotate", "show", "--json").json["state"] as? String == "closed")
        }
    }
}
