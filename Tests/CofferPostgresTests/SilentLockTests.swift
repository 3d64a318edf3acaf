// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Dispatch
import Foundation
import PostgresServer
import Synchronization
import Testing

@testable import CofferPostgres

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct `A server that says nothing of locks` {
    private final class Counts: Sendable {
        let begun = Atomic(0)
        let ended = Atomic(0)
    }

    @Test func `to more than there are threads keeps no other task from running`() async throws {
        let world = try await PostgresWorld()
        var silent: PostgresPooler? = try PostgresPooler(world.database, .paused)
        let locks = LockSession(try ServerAddress(try #require(silent?.url)))
        let counts = Counts()
        let count = 2 * ProcessInfo.processInfo.activeProcessorCount + 2
        var asking: [Task<Void, any Error>] = []
        for index in 0..<count {
            let task = Task {
                counts.begun.add(1, ordering: .relaxed)
                defer { counts.ended.add(1, ordering: .relaxed) }
                guard index.isMultiple(of: 2) else {
                    _ = try await locks.held()
                    return
                }
                _ = try await locks.tryLock(.random())
            }
            asking.append(task)
        }
        // None of them ends before its deadline: if they held the threads, the last would begin after the first had ended.
        while counts.begun.load(ordering: .relaxed) < count { await Task.yield() }
        let isDone = await Task { true }.value
        let endedCount = counts.ended.load(ordering: .relaxed)
        #expect(isDone && endedCount == 0)
        // With it end their connections.
        silent = nil
        for task in asking { await #expect(throws: VaultError.self) { try await task.value } }
    }

    @Test func `keeps nobody who gives one back, which it has before it is asked for the next`() async throws {
        let world = try await PostgresWorld()
        let other = try await world.reopened()
        let (store, id) = (world.store, EntryID.random())
        let lock = try #require(try await store.tryLock(id))
        let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
        let end = DispatchSemaphore(value: 0)
        let session = store.locks.session
        async let holding: Void = session.run { _, _ -> Void in
            continuation.yield()
            end.wait()
        }
        // Also where something fails before: the queue would wait for ever.
        defer { end.signal() }
        for await _ in begun { break }
        lock.release()
        let before = try await other.heldLocks()
        #expect(before == [LockPlace(id)])
        async let next = store.tryLock(id)
        end.signal()
        try await holding
        let again = try await next
        #expect(again != nil)
        again?.release()
        let after = try await store.heldLocks()
        #expect(after.isEmpty)
    }
}
