// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import PostgresServer
import Testing

@testable import CofferPostgres

@Suite struct `How far a server's clock is ahead` {
    @Test func `is nothing for an answer that may have come at once`() {
        func between(_ server: Int) -> Duration {
            ClockOffset.between(asked: .seconds(100), answered: .seconds(104), server: .seconds(server))
        }
        #expect([98, 100, 103, 104, 106].map { between($0) } == Array(repeating: .zero, count: 5))
        #expect(between(97) == .seconds(-3) && between(107) == .seconds(3))
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), arguments: [0, 60, -60])
    func `is found with each lock`(ahead: Int) async throws {
        let world = try await PostgresWorld()
        let store = try await PostgresStore.open(
            world.database.url, beside: world.folder + "/vault",
            wallClock: { .seconds(Date().timeIntervalSince1970 - Double(ahead)) })
        let begun = ContinuousClock.now
        let lock = try #require(try await store.tryLock(.random()))
        let took = begun.duration(to: .now) / .seconds(1)
        let offset = lock.clockOffset
        // What the question took is taken off.
        #expect(ahead == 0 ? offset == .zero : abs(offset / .seconds(1) - Double(ahead)) < 5 + took)
    }
}
