// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(1))) struct `An app whose tokens have a maximum lifetime` {
    @Test func `keeps it, and holds every answer to it`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let path = KeeperWorld.path("main/short/acme")
            let found = try await world.found(path) { $0.maximumLifetime = .seconds(600) }
            #expect(found.expiresAt == world.time.now.addingTimeInterval(600))
            let keeper = try await world.keeper()
            #expect(try await keeper.apps().compactMap(\.maximumLifetimeSeconds) == [600])
            _ = try await keeper.confirm(found)
            world.time.advance(by: 601)
            #expect(try await keeper.refresh(.due).map(\.outcome) == [.refreshed])
        }
    }
}
