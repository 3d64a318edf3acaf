// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferPostgres
import CofferVault
import PostgresServer
import Testing

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `What is due in a database` {
    private static let space = SpaceID.random()

    private static func row(_ at: Int64?, space: SpaceID = space) throws -> EntryRow {
        EntryRow(
            id: .random(), spaceID: space, lookup: try Digest(RandomBytes.make(byteCount: 32)), kind: .connection,
            version: 1, generation: 1, useBox: [1], issueBox: nil, dueAt: at, state: "active",
            signature: try Signature(RandomBytes.make(byteCount: 64)))
    }

    /// A vault with so many entries that are due: at 1, at 2 and so on.
    private static func world(_ count: Int64) async throws -> PostgresWorld {
        let world = try await PostgresWorld()
        let rows = try (0..<count).map { try row($0 + 1) } + [row(nil), row(count + 1), row(1, space: .random())]
        try await world.store.write(.flushed) { transaction in for row in rows { try transaction.insert(row) } }
        return world
    }

    private static func take(_ store: PostgresStore, by instant: Int64) async throws -> [Int64] {
        try #require(try await store.takeDue(in: [space], by: instant)).map(\.at)
    }

    @Test func `is one agent's, until its time is over`() async throws {
        let world = try await Self.world(10)
        let other = try await world.reopened()
        let all = Array(Int64(1)...10)
        for _ in 0..<2 {
            let first = try await Self.take(world.store, by: 10)
            #expect(first == all)
            let second = try await Self.take(other, by: 10)
            #expect(second == [])
        }
        try world.database.run("UPDATE coffer.claim SET until = 0")
        let second = try await Self.take(other, by: 10)
        #expect(second == all)
        let first = try await Self.take(world.store, by: 10)
        #expect(first == [])
    }

    @Test func `is divided among as many agents as there are`() async throws {
        let world = try await Self.world(200)
        let other = try await world.reopened()
        let whole = try await Self.take(world.store, by: 200)
        #expect(whole.count == 200)
        let none = try await Self.take(other, by: 200)
        #expect(none == [])
        // It hears of the other one, and lets go what is more than its half.
        let first = try await Self.take(world.store, by: 200)
        let second = try await Self.take(other, by: 200)
        #expect(first == Array(1...100) && second == Array(101...200))
    }

    @Test func `is nobody's twice, however many look at once`() async throws {
        let world = try await Self.world(400)
        var stores = [world.store]
        for _ in 0..<3 { stores.append(try await world.reopened()) }
        let all = stores
        for _ in 0..<4 {
            let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for store in all { group.addTask { try await Self.take(store, by: 400) } }
                return try await group.reduce(into: [Int64]()) { $0 += $1 }
            }
            #expect(Set(taken).count == taken.count)
        }
        var parts: [Int] = []
        for store in all { parts.append(try await Self.take(store, by: 400).count) }
        #expect(parts.reduce(0, +) == 400 && parts.allSatisfy { $0 == 100 })
    }

    @Test func `is passed over where somebody has it in hand, and nobody waits`() async throws {
        let world = try await Self.world(3)
        let client = try PostgresClient(world.database)
        #expect(try client.ask("BEGIN; SELECT 1 FROM coffer.entry WHERE due_at = 2 FOR UPDATE") == "1")
        let taken = try await Self.take(world.store, by: 3)
        #expect(taken == [1, 3])
        client.killAtOnce()
    }

    @Test func `is let go once it is done`() async throws {
        let world = try await Self.world(2)
        let before = try await Self.take(world.store, by: 2)
        #expect(before == [1, 2])
        try world.database.run("UPDATE coffer.entry SET due_at = NULL WHERE due_at = 1")
        let after = try await Self.take(world.store, by: 2)
        #expect(after == [2])
        // The one that is left, and the agent itself.
        #expect(try world.database.run("SELECT count(*) FROM coffer.claim") == "2")
    }
}
