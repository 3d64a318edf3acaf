// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import PostgresServer
import Testing

@testable import CofferPostgres

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct `A row of a rate limit` {
    private func pace(_ fullAt: UInt64) -> StoredPace {
        var pace = StoredPace()
        // Far ahead: what has been full for long is forgotten.
        pace.fullAt = (1 << 62) + fullAt
        pace.slowness = .max
        // A new connection forgets what has been full for long.
        pace.until = UInt64(Int64.max)
        return pace
    }

    @Test func `is put in the place of the one that was read, and of no other`() async throws {
        let world = try await PostgresWorld()
        let one = try #require(world.store.sharedPaces)
        let two = try #require(try await world.reopened().sharedPaces)
        let none = try one.pace(.max)
        #expect(none.pace == nil && none.now > .seconds(1_700_000_000))
        #expect(try one.exchange(.max, nil, pace(1)))
        let isMadeTwice = try two.exchange(.max, nil, pace(2))
        #expect(!isMadeTwice)
        let seen = try two.pace(.max)
        #expect(seen.pace == pace(1) && seen.now >= none.now)
        #expect(try two.exchange(.max, seen.pace, pace(3)))
        let isTakenTwice = try one.exchange(.max, seen.pace, pace(4))
        #expect(!isTakenTwice)
        let last = try one.pace(.max)
        #expect(last.pace == pace(3))
    }

    @Test func `goes once it has been full for long`() async throws {
        let world = try await PostgresWorld()
        try world.database.run(
            """
            INSERT INTO coffer.pace SELECT n, m, 0, 0, 0, 0 FROM (VALUES (0, 1), (1, 1),
            (2, (extract(epoch FROM now()) * 1000000000)::bigint)) AS rows (n, m)
            """)
        let paces = try #require(world.store.sharedPaces)
        _ = try paces.pace(1)
        let left = try world.database.run("SELECT string_agg(name::text, ',' ORDER BY name) FROM coffer.pace")
        #expect(left == "0,2")
    }

    @Test func `is asked for again over another connection`() async throws {
        let world = try await PostgresWorld()
        let paces = try #require(world.store.sharedPaces)
        #expect(try paces.exchange(5, nil, pace(5)))
        try world.endSessions("INSERT INTO coffer.pace")
        let found = try paces.pace(5)
        #expect(found.pace == pace(5))
    }

    @Test func `is none on a standby`() async throws {
        let world = try await PostgresWorld()
        let name = try world.database.run("SELECT current_database()")
        try world.database.run("ALTER DATABASE \(name) SET default_transaction_read_only = on")
        let other = try await world.reopened()
        #expect(other.sharedPaces == nil)
    }
}
