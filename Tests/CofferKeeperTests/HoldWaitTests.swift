// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSandbox
import Foundation
import Testing

@testable import CofferKeeper

/// Readers who choose to wait while a leak is contained, and not to be told.
@Suite(.timeLimit(.minutes(4))) struct `Waiting for the end of a hold` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let key = KeeperWorld.path("main/key")

    /// A process that asks, and what tells of its waits; of many the last is enough.
    private static func waiter(_ world: KeeperWorld) async throws -> (keeper: Keeper, waits: AsyncStream<Void>) {
        let (waits, signal) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        var effects = world.effects()
        effects.clock = HastyClock(onSleep: { signal.yield() })
        return (try await Keeper.open(world.location, effects: effects), waits)
    }

    private static func hold(
        _ world: KeeperWorld, _ path: CredentialPath, taint: TaintStrength = .hold
    ) async throws -> RotationID {
        let keeper = try await world.keeper()
        let id = try await keeper.openRotation(of: path, taint: taint)
        _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
        return id
    }

    /// What a process gets that asks before a rotation is brought to its end.
    private static func tokenAcross(_ id: RotationID, _ world: KeeperWorld) async throws -> Secret {
        let (reader, waits) = try await waiter(world)
        async let answer = reader.token(acme, holdWait: .seconds(600))
        for await _ in waits { break }
        let report = try await world.keeper().resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
        #expect(report.state == .closed, "\(report.text)")
        return try await answer.credential.value
    }

    @Test func `ends with the new token, once the rotation has brought it`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.token("acme")
            let id = try await Self.hold(world, KeeperWorld.app)
            let new = try await Self.tokenAcross(id, world).withExposedText { $0 }
            #expect(new != old)
            #expect(try await world.token("acme") == new)
        }
    }

    @Test func `outlasts a freeze, where an old token is served until it ends`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.token("acme")
            let id = try await Self.hold(world, KeeperWorld.app, taint: .serve)
            #expect(try await world.token("acme") == old)
            // Now it has ended, and the refresh that would bring another waits for the new secret.
            let end = try await world.keeper().status().first?.expiresAt
            world.time.advance(by: try #require(end).timeIntervalSince(world.time.now) + 1)
            await #expect(throws: OAuthError(.frozen, "")) { try await world.keeper().token(Self.acme) }
            #expect(try await Self.tokenAcross(id, world) != Secret(old))
        }
    }

    @Test func `ends with the new value of a static secret, for programs too`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await world.keeper().put(Self.key, Secret("made-up-old-value"))
            let id = try await Self.hold(world, Self.key)
            let (reader, waits) = try await Self.waiter(world)
            async let answer = reader.credential(for: CredentialRequest(path: Self.key, holdWait: .seconds(600)))
            for await _ in waits { break }
            _ = try await world.keeper().resumeRotation(id, operator: ScriptedOperator([{ "made-up-new-value" }]))
            #expect(try await answer.value == Secret("made-up-new-value"))
        }
    }

    @Test func `is over when its time is, with the error that comes at once without it`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            _ = try await Self.hold(world, KeeperWorld.app)
            let reader = try await world.keeper()
            for wait in [Duration.milliseconds(20), .zero, .seconds(-1), nil] {
                await #expect(throws: KeeperError(.rotating, "")) { try await reader.token(Self.acme, holdWait: wait) }
            }
        }
    }

    @Test func `is for nothing that a rotation does not refuse`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            var effects = world.effects()
            effects.clock = HastyClock(onSleep: { Issue.record("it waited") })
            let reader = try await Keeper.open(world.location, effects: effects)
            let nobody = KeeperWorld.path("main/crm/nobody")
            await #expect(throws: KeeperError(.notFound, "")) {
                try await reader.token(nobody, holdWait: .seconds(600))
            }
            _ = try await reader.token(Self.acme, holdWait: .seconds(600))
        }
    }
}
