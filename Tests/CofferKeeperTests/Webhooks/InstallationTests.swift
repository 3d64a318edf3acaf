// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import Testing

@testable import CofferKeeper

/// The refresh token of such an event is sent to nobody again, so that it is presented once and what comes for it is kept.
@Suite(.timeLimit(.minutes(2))) struct `The event of an installation` {
    private static let birch = KeeperWorld.path("main/crm/birch")

    private static func event(_ world: KeeperWorld) throws -> WebhookRequest {
        let form = try world.sandbox.portalEvent(.installed, account: "birch")
        return try WebhookRequest(target: "/install", headers: [], body: Secret(form))
    }

    @Test func `keeps tokens that came while it was interrupted`() async throws {
        try await KeeperWorld.withBitrix24 { world in
            let gate = GatedTransport(network: world.transport)
            let keeper = try await world.keeper(transport: gate)
            let event = try Self.event(world)
            let task = Task { try await keeper.connect(Self.birch, installedBy: event) }
            await gate.waitForRequest()
            task.cancel()
            gate.open()
            let found = try await task.value
            #expect(try await world.state("birch") == "parked")
            #expect(try await world.keeper().confirm(found).state == "active")
        }
    }

    @Test func `that two bring at once is presented once`() async throws {
        try await KeeperWorld.withBitrix24 { world in
            let gate = GatedTransport(network: world.transport)
            let keeper = try await world.keeper(transport: gate)
            let naps = Counter()
            var effects = world.effects()
            effects.clock = HastyClock(onSleep: { naps.next() })
            let other = try await Keeper.open(world.location, effects: effects)
            let event = try Self.event(world)
            let first = Task { try await keeper.connect(Self.birch, installedBy: event) }
            await gate.waitForRequest()
            let second = Task { try await other.connect(Self.birch, installedBy: event) }
            // It waits for the first, which has asked and not been answered.
            while naps.count < 2 { await Task.yield() }
            #expect(world.requestCount == 0)
            gate.open()
            let found = try await first.value
            await #expect(throws: OAuthError(.spent, "")) { try await second.value }
            #expect(world.requestCount == 1)
            #expect(try await world.keeper().confirm(found).state == "active")
        }
    }
}
