// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferPostgres
import CofferVault
import Dispatch
import PostgresServer
import Testing

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct `A writer that holds the others up` {
    @Test func `does so for a bounded time, and readers not at all`() async throws {
        let world = try await PostgresWorld()
        let other = try await world.reopened()
        let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
        let end = DispatchSemaphore(value: 0)
        let first = try PostgresWorld.row()
        let store = world.store
        async let holding: Void = store.write(.synced) { transaction in
            try transaction.insert(first)
            continuation.yield()
            end.wait()
        }
        // Also where something fails before: the queue would wait for ever.
        defer { end.signal() }
        for await _ in begun { break }
        let second = try PostgresWorld.row()
        await #expect(throws: VaultError(.busy, "")) {
            try await other.write(.flushed) { try $0.insert(second) }
        }
        #expect(try await other.read { try $0.row(id: first.id) } == nil)
        end.signal()
        try await holding
        #expect(try await other.read { try $0.row(id: first.id) } == first)
        try await other.write(.flushed) { try $0.insert(second) }
    }
}
