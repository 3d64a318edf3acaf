// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// One keeper asks and is slow; its lock is lost, and another asks meanwhile.
@Suite(.timeLimit(.minutes(3))) struct `A refresh whose lock is lost` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// The lock of the one account, as it is to be had now.
    private struct Lock {
        let world: KeeperWorld
        private let store: SQLiteStore
        private let place: LockPlace

        init(_ world: KeeperWorld) async throws {
            self.world = world
            store = try SQLiteStore.open(world.location.vaultPath)
            place = LockPlace(try #require(try await world.keeper().vault.inspect(acme)).id)
        }

        var isHeld: Bool { get throws { try store.heldLocks().contains(place) } }

        /// Takes it from whoever has it: from now on another file is locked.
        func lose() throws {
            #expect(try isHeld)
            try FileManager.default.removeItem(atPath: world.location.vaultPath + "-lock")
            #expect(try isHeld == false)
        }
    }

    /// A token in its hard window, which the slow keeper refreshes until its request is where it is held.
    private func withSlowHolder(
        holdsAnswer: Bool, _ server: [FaultRule] = [],
        _ body: (KeeperWorld, GatedTransport, Lock, Task<Credential, any Error>) async throws -> Void
    ) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 86400 - 30)
            world.sandbox.log.clear()
            world.sandbox.faults.set(server)
            let slow = GatedTransport(network: world.transport, holdsAnswers: holdsAnswer)
            let holder = try await world.keeper(transport: slow)
            let first = Task { try await holder.token(Self.acme).credential }
            await slow.waitForRequest()
            try await body(world, slow, Lock(world), first)
        }
    }

    private func connection(_ world: KeeperWorld) async throws -> ConnectionRecord {
        try ConnectionRecord(try #require(try await world.keeper().vault.inspect(Self.acme)))
    }

    /// What was begun and ended since the account was connected.
    private func steps(_ world: KeeperWorld) async throws -> [String] {
        try await world.keeper().vault.ownAudit().filter { [.beginRefresh, .endRefresh].contains($0.action) }
            .map(\.reason)
    }

    @Test func `is not repeated by who has the lock now while its answer may still come`() async throws {
        try await withSlowHolder(holdsAnswer: false) { world, slow, lock, first in
            try lock.lose()
            let naps = Counter()
            var effects = world.effects()
            effects.clock = HastyClock { naps.next() }
            let other = try await Keeper.open(world.location, effects: effects)
            let second = Task { try await other.token(Self.acme).credential }
            while try !lock.isHeld { await Task.yield() }
            // Whoever has the lock waits for nothing but the answer to the other's intent.
            let before = naps.count
            while naps.count < before + 2 { await Task.yield() }
            #expect(world.requestCount == 0)
            slow.open()
            let (one, two) = (try await first.value, try await second.value)
            #expect(one.value == two.value)
            #expect(world.requestCount == 1)
            #expect(try await steps(world) == ["attempt 1", "accepted"])
        }
    }

    @Test func `is repeated once its time is over, and its own commit is refused`() async throws {
        // Another pair for each request, of which the last is good.
        let server = FaultRule(.oldTokenUntilNewIsUsed, grantType: "refresh_token", times: 0)
        try await withSlowHolder(holdsAnswer: true, [server]) { world, slow, lock, first in
            try lock.lose()
            world.time.advance(by: 41)
            let second = try await world.keeper().token(Self.acme).credential
            #expect(try await steps(world) == ["attempt 1", "attempt 2", "accepted"])
            slow.open()
            let late = try await first.value
            #expect(late.value == second.value && late.version == 2 && second.version == 2)
            #expect(world.requestCount == 2)
            let record = try await connection(world)
            #expect(record.accessToken == second.value && record.tokenVersion == 2)
            #expect(record.strays.count == 1 && record.strays.first?.tokens.accessToken != second.value)
            #expect(try await steps(world) == ["attempt 1", "attempt 2", "accepted", "accepted"])
        }
    }

    @Test func `keeps nothing aside where the late answer is the pair that is there`() async throws {
        let server = FaultRule(.graceWindow, grantType: "refresh_token", times: 0, seconds: 600)
        try await withSlowHolder(holdsAnswer: true, [server]) { world, slow, lock, first in
            try lock.lose()
            world.time.advance(by: 41)
            let second = try await world.keeper().token(Self.acme).credential
            slow.open()
            #expect(try await first.value.value == second.value)
            let record = try await connection(world)
            #expect(record.strays.isEmpty && record.lastError == nil && record.tokenVersion == 2)
        }
    }

    @Test func `that is refused in the end serves what the other has got`() async throws {
        try await withSlowHolder(holdsAnswer: false) { world, slow, lock, first in
            try lock.lose()
            world.time.advance(by: 41)
            let second = try await world.keeper().token(Self.acme).credential
            slow.open()
            #expect(try await first.value.value == second.value)
            #expect(world.sandbox.log.requests(for: .token).map(\.status) == [200, 401])
            #expect(try await world.state("acme") == "active")
        }
    }
}
