// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(2))) struct `A provider that has blocked the app` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    @Test func `is asked for no other connection until one that is forced is answered`() async throws {
        try await KeeperWorld.with { world in
            let keeper = try await world.keeper()
            world.time.advance(by: 86_000)
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(.forbidden, grantType: "refresh_token")])
            let first = try await keeper.refresh(.forced(Self.acme))
            #expect(first.compactMap { ($0.failure as? OAuthError)?.code } == [.blocked])
            for selection in [RefreshSelection.due, .all] {
                let others = try await keeper.refresh(selection)
                #expect(others.map(\.path.description) == ["main/crm/birch", "main/crm/cedar"])
                #expect(others.compactMap { ($0.failure as? OAuthError)?.code } == [.coolDown, .coolDown])
            }
            #expect(world.requestCount == 1)
            for (account, state) in [("acme", "blocked"), ("birch", "active"), ("cedar", "active")] {
                #expect(try await world.state(account) == state)
            }
            #expect(try await keeper.refresh(.forced(Self.acme)).map(\.outcome) == [.refreshed])
            #expect(try await keeper.refresh(.due).map(\.outcome) == [.refreshed, .refreshed])
            #expect(world.requestCount == 4)
        }
    }
}
