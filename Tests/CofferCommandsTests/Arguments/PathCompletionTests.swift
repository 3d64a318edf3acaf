// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

/// The parser's own request for the words that a shell offers, as its scripts make it.
@Suite struct `What a shell offers for a path` {
    private static func offered(_ request: String, in world: CommandWorld) async -> [String] {
        var outcome = await world.run("---completion \(request)")
        // A look that takes longer than a second offers nothing, and a machine may stand still for longer.
        for _ in 1..<3 where outcome.output.isEmpty { outcome = await world.run("---completion \(request)") }
        #expect(outcome.status == .done && outcome.errors.isEmpty, "\(outcome.errors)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    private static func world() async throws -> CommandWorld {
        let world = try CommandWorld()
        for (line, typed) in [("init", ""), ("put main/npm-token", "made-up"), ("put main/api-key", "made-up")] {
            let outcome = await world.run(line, typing: typed)
            try #require(outcome.status == .done, "\(outcome.errors)")
        }
        return world
    }

    @Test func `is what the vault has, of the kind that the command takes`() async throws {
        let world = try await Self.world()
        #expect(
            await Self.offered("get -- positional@0 2 5 coffer get main/", in: world)
                == ["main/api-key", "main/npm-token"])
        #expect(await Self.offered("get -- positional@0 2 6 coffer get main/n", in: world) == ["main/npm-token"])
        #expect(await Self.offered("token -- positional@0 2 5 coffer token main/", in: world) == [])
        #expect(await Self.offered("space show -- positional@0 3 1 coffer space show m", in: world) == ["main"])
        #expect(
            await Self.offered("provider show -- positional@0 3 3 coffer provider show amo", in: world) == ["amocrm"])
    }

    @Test func `comes from the vault that the line names`() async throws {
        let (world, other) = (try await Self.world(), try CommandWorld())
        let place = "--vault \(world.home)/.local/share/coffer/vault.db"
        let identity = "--identity-file=\(world.home)/.config/coffer/identity"
        #expect(
            await Self.offered("get -- positional@0 5 6 coffer get \(place) \(identity) main/n", in: other)
                == ["main/npm-token"])
        #expect(await Self.offered("get -- positional@0 2 6 coffer get main/n", in: other) == [])
    }

    @Test func `is nothing where somebody would have to be asked`() async throws {
        let world = try await Self.world()
        for option in ["--identity-in-vault anna", "--identity-fd 3", "--identity-command /bin/true"] {
            #expect(await Self.offered("get -- positional@0 4 5 coffer get \(option) main/", in: world) == [])
        }
    }
}
