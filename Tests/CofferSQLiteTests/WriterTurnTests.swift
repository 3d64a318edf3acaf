// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import CofferSQLite

@Suite(.timeLimit(.minutes(1))) struct WriterTurnTests {
    /// What was written, in order.
    private final class Order: Sendable {
        private let names = Mutex<[String]>([])

        var all: [String] { names.withLock { $0 } }
        func add(_ name: String) { names.withLock { $0.append(name) } }
    }

    @Test func `whoever waits writes before who has just written writes again`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        // They wait for each other however long this process stands still.
        try SQLiteStore.create(path).seal()
        let (busy, other) = (try SQLiteStore.open(path, busyWait: 120), try SQLiteStore.open(path, busyWait: 120))
        let (order, gate) = (Order(), DispatchSemaphore(value: 0))
        let (entries, entered) = AsyncStream<Void>.makeStream()
        async let first: Void = busy.write(.synced) { _ in
            entered.finish()
            gate.wait()
            order.add("first")
        }
        for await _ in entries {}
        async let again: Void = busy.write(.synced) { _ in order.add("first again") }
        async let second: Void = other.write(.synced) { _ in order.add("second") }
        // The first has given its turn back; who has it now waits for the lock.
        let turn = WriterTurn(path: path + "-lock")
        while let free = try turn.tryTake() {
            free.release()
            await Task.yield()
        }
        gate.signal()
        _ = try await (first, again, second)
        #expect(order.all == ["first", "second", "first again"])
    }

    @Test func `without a lock file SQLite decides alone`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        let store = try SQLiteStore.create(path)
        try FileManager.default.removeItem(atPath: path + "-lock")
        #expect(WriterTurn(path: path + "-lock").take(LockPatience(seconds: 5)) == nil)
        try await store.write(.synced) { _ in }
    }

    @Test func `turn and lock share one time, after which a writer gives up`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        let (busy, other) = (try SQLiteStore.create(path), try SQLiteStore.open(path, busyWait: 0.02))
        let gate = DispatchSemaphore(value: 0)
        let (entries, entered) = AsyncStream<Void>.makeStream()
        async let first: Void = busy.write(.synced) { _ in
            entered.finish()
            gate.wait()
        }
        for await _ in entries {}
        await #expect(throws: VaultError(.busy, "")) { try await other.write(.synced) { _ in } }
        // Nothing is left behind that would keep the next one waiting.
        #expect(try WriterTurn(path: path + "-lock").tryTake() != nil)
        gate.signal()
        try await first
        try await other.write(.synced) { _ in }
    }
}
