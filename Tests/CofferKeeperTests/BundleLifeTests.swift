// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `A bundle's life` {
    /// Shorter than the hour of a bundle, and lent all the same: nine tenths of its life are the most that is asked.
    private static let tokenLife = Duration.seconds(3000)

    private static func lend(
        _ paths: [String], for life: Duration = BundleRequest.usualLife, of world: KeeperWorld
    ) async throws -> BundleView {
        let request = BundleRequest(member: "ci", prefixes: paths, life: life, allowsUnauditedReading: false)
        let file = "\(world.folder)/\(UUID().uuidString).bundle"
        return try await world.keeper().makeBundle(
            request, at: TargetFile(file, replacing: false, sparing: world.location))
    }

    /// Opens a bundle as a process of whom it is for.
    private static func open(
        _ made: BundleView, as reader: IdentityText, in world: KeeperWorld
    ) async throws -> Keeper {
        let vault = try await Vault.unlock(SQLiteStore.open(made.bundle), with: reader, now: { world.time.now })
        return Keeper(vault: vault, effects: world.effects())
    }

    private static func tokenEnds(in world: KeeperWorld) async throws -> [String: Date] {
        let connections = try await world.keeper().status()
        return Dictionary(uniqueKeysWithValues: connections.compactMap { one in one.expiresAt.map { (one.path, $0) } })
    }

    @Test func `ends with the first token in it, or sooner if that was asked for`() async throws {
        try await KeeperWorld.with(accounts: ["acme"], lifetime: Self.tokenLife) { world in
            try await world.keeper().put(KeeperWorld.path("main/key"), Secret("made-up"))
            _ = try await world.join("ci", .reader)
            world.time.advance(by: 120)
            try await world.connect("birch")
            let ends = try await Self.tokenEnds(in: world)
            let acme = try #require(ends["main/crm/acme"])
            let birch = try #require(ends["main/crm/birch"])
            let hour = world.time.now + 3600
            #expect(acme < birch && birch < hour)

            let all = try await Self.lend([], of: world)
            #expect(all.leftOut.map(\.path) == [])
            #expect(all.entries == ["main/crm/acme", "main/crm/birch", "main/key"])
            #expect(all.expiresAt == acme)
            #expect(try await Self.lend(["main/crm/birch", "main/key"], of: world).expiresAt == birch)
            #expect(try await Self.lend(["main/key"], of: world).expiresAt == hour)
            let short = try await Self.lend([], for: .seconds(600), of: world)
            #expect(short.expiresAt == world.time.now + 600)
            // None was refreshed for it, so that the ends are still those of what was lent.
            #expect(try await Self.tokenEnds(in: world) == ends)
        }
    }

    @Test func `is over with the token that ended it`() async throws {
        try await KeeperWorld.with(accounts: ["acme"], lifetime: Self.tokenLife) { world in
            let reader = try await world.join("ci", .reader)
            let made = try await Self.lend([], of: world)
            let lent = try await Self.open(made, as: reader, in: world).token(KeeperWorld.path("main/crm/acme"))
            #expect(lent.credential.expiresAt == made.expiresAt)
            world.time.advance(by: made.expiresAt.timeIntervalSince(world.time.now) - 1)
            _ = try await Self.open(made, as: reader, in: world)
            world.time.advance(by: 1)
            await #expect(throws: VaultError(.expired, "")) {
                _ = try await Self.open(made, as: reader, in: world)
            }
        }
    }

    /// An agent runs for longer, and keeps in memory what it handed out.
    @Test func `is over for a process that had it open, too`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (key, acme) = (KeeperWorld.path("main/key"), KeeperWorld.path("main/crm/acme"))
            try await world.keeper().put(key, Secret("made-up"))
            let reader = try await world.join("ci", .reader)
            let made = try await Self.lend([], of: world)
            let agent = try await Self.open(made, as: reader, in: world)
            let idle = try await Self.open(made, as: reader, in: world)
            #expect(try await agent.clientSecret(at: key).value == Secret("made-up"))
            world.time.advance(by: 3599)
            _ = try await agent.clientSecret(at: key)
            #expect(agent.recalled(HandoutKey(path: key, narrowing: nil), nil, as: .read) != nil)

            world.time.advance(by: 1)
            #expect(agent.recalled(HandoutKey(path: key, narrowing: nil), nil, as: .read) == nil)
            for keeper in [agent, idle] {
                await #expect(throws: CredentialError(.expired, message: "")) {
                    _ = try await keeper.clientSecret(at: key)
                }
                await #expect(throws: VaultError(.expired, "")) { _ = try await keeper.get(key) }
                await #expect(throws: VaultError(.expired, "")) { _ = try await keeper.token(acme) }
            }
            // What was handed out in time is recorded all the same: one event, and one for the two repetitions.
            await agent.close()
            #expect(try await world.keeper().collectBundle(made.bundle).added == 2)
        }
    }
}
