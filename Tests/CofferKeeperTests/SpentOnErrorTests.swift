// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferSandbox
import Testing

@testable import CofferKeeper

/// As Glewlwyd 2.7.5 does: a refresh token that comes with a wrong secret is gone.
@Suite struct `A server at which a wrong secret spends the refresh token` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let conduct = FaultRule(.wrongSecretSpends, grantType: "refresh_token", times: 0)

    /// Refreshes again and again with a secret that is none any more, each time once every pause is over.
    private func insist(_ world: KeeperWorld) async throws {
        world.sandbox.faults.set([Self.conduct])
        _ = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
        world.sandbox.log.clear()
        for _ in 1...4 {
            _ = try await world.keeper().refresh(.forced(Self.acme))
            world.time.advance(by: 4000)
        }
    }

    @Test func `is asked once more, and then a person is needed, where its description says so`() async throws {
        let habits = RefreshTokenBehaviour(rotation: .always, spendsOnError: true)
        try await KeeperWorld.with(accounts: ["acme"], refreshTokens: habits) { world in
            try await insist(world)
            #expect(world.sandbox.log.requests(for: .token).count == 2)
            let view = try #require(try await world.keeper().status().first)
            #expect(view.state == "needs_reauthorization", "\(view.state): \(view.lastError ?? "")")
        }
    }

    @Test func `is taken for one that spends nothing where it does not, and no grant is marked dead`() async throws {
        let habits = RefreshTokenBehaviour(rotation: .always)
        try await KeeperWorld.with(accounts: ["acme"], refreshTokens: habits) { world in
            try await insist(world)
            #expect(world.sandbox.log.requests(for: .token).count == 4)
            #expect(try await world.state("acme") == "active")
        }
    }
}
