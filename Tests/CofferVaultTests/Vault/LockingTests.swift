// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Testing

@Suite struct LockingTests {
    @Test func `a lock that is free is taken without waiting and given back`() async throws {
        let store = MemoryStore()
        let (vault, _) = try await Sample.vault(in: store)
        let clock = SteppingClock()
        let id = EntryID.random()
        let wasHeld = try await vault.withLock(id, wait: .seconds(1), clock: clock) { try store.tryLock(id) == nil }
        #expect(wasHeld)
        #expect(try store.tryLock(id) != nil)
        #expect(clock.naps.isEmpty)
    }

    @Test func `what the body throws gives the lock back`() async throws {
        let store = MemoryStore()
        let (vault, _) = try await Sample.vault(in: store)
        let id = EntryID.random()
        await #expect(throws: VaultError(.spent, "")) {
            try await vault.withLock(id, wait: .seconds(1), clock: SteppingClock()) {
                throw VaultError(.spent, "spent")
            }
        }
        #expect(try store.tryLock(id) != nil)
    }

    @Test func `waiting ends with an error when the time is over`() async throws {
        let store = MemoryStore()
        let (vault, _) = try await Sample.vault(in: store)
        let clock = SteppingClock()
        let id = EntryID.random()
        let held = try store.tryLock(id)
        await #expect(throws: VaultError(.busy, "")) {
            try await vault.withLock(id, wait: .seconds(1), clock: clock) { Issue.record("ran without the lock") }
        }
        #expect(clock.naps.first == .milliseconds(2))
        #expect(clock.naps.max() == .milliseconds(50))
        #expect(clock.naps.reduce(.zero, +) >= .seconds(1))
        #expect(clock.naps.reduce(.zero, +) <= .milliseconds(1050))
        held?.release()
    }

    @Test func `a lock given back meanwhile is taken`() async throws {
        let store = MemoryStore()
        let (vault, _) = try await Sample.vault(in: store)
        let id = EntryID.random()
        let held = try store.tryLock(id)
        let clock = SteppingClock { count in if count == 3 { held?.release() } }
        let result = try await vault.withLock(id, wait: .seconds(1), clock: clock) { 7 }
        #expect(result == 7)
        #expect(clock.naps.count == 4)
    }

    @Test func `a cancelled waiter leaves with a cancellation error`() async throws {
        let store = MemoryStore()
        let (vault, _) = try await Sample.vault(in: store)
        let id = EntryID.random()
        let held = try store.tryLock(id)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await vault.withLock(id, wait: .seconds(1), clock: SteppingClock()) {}
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        held?.release()
    }

    @Test func `a claim is one process's, and leaves the lock to whoever takes it`() async throws {
        let store = MemoryStore()
        let (vault, _) = try await Sample.vault(in: store)
        let id = EntryID.random()
        let claim = try #require(try await vault.tryClaim(id))
        #expect(try await vault.tryClaim(id) == nil)
        #expect(try await vault.tryClaim(.random()) != nil)
        let lock = try #require(try await vault.tryLock(id))
        claim.release()
        #expect(try await vault.tryClaim(id) != nil)
        lock.release()
    }
}
