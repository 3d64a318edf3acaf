// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferPostgres
import CofferVault
import GrantServer
import PostgresServer
import Testing

@testable import CofferKeeper

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `Machines on one vault in a database` {
    @Test func `hand out from memory what none of them has changed`() async throws {
        try await DatabaseWorld.with { world in
            let (one, two) = (try await world.keeper(), try await world.keeper())
            let path = DatabaseWorld.path
            let key = HandoutKey(path: path, narrowing: nil, ticket: nil)
            let before = try await two.token(path).credential.version
            // Changes are listened to once somebody asks again and again.
            while one.recalled(key, nil) == nil { _ = try await one.token(path) }
            _ = try await two.refresh(.forced(path))
            while one.recalled(key, nil) != nil { await Task.yield() }
            let first = try await one.token(path).credential
            let second = try await two.token(path).credential
            #expect(first.value == second.value && first.version == before + 1)
        }
    }

    @Test func `refresh what is due once, whoever of them does it`() async throws {
        try await DatabaseWorld.with { world in
            let owner = try await world.keeper()
            for number in 1...5 {
                let granted = world.server.grant(scope: "orders:read orders:write")
                let path = KeeperWorld.path("main/as/more\(number)")
                _ = try await owner.confirm(try await owner.importRefreshToken(path, Secret(granted.refresh)))
            }
            let asked = world.server.requests(to: "/token").count
            world.time.advance(by: 3600 - 10)
            let agents = [try await world.keeper(), try await world.keeper(), try await world.keeper()]
            let watches = agents.map { agent in Task { try await agent.watch { _ in } } }
            while world.server.requests(to: "/token").count < asked + 6 { await Task.yield() }
            for _ in 0..<2000 { await Task.yield() }
            for watch in watches { watch.cancel() }
            for watch in watches { try await watch.value }
            for agent in agents {
                await agent.windDown()
                await agent.landed()
            }
            #expect(world.server.requests(to: "/token").count == asked + 6)
            #expect(!world.server.hasSeenReuse)
        }
    }

    @Test func `notice that the lock of an entry was lost with its session`() async throws {
        try await DatabaseWorld.with { world in
            let keeper = try await world.keeper()
            let entry = try #require(try await keeper.vault.inspect(DatabaseWorld.path))
            let (id, grants) = (GrantID(entry.id.description), keeper.grants)
            let held = try await grants.withLock(id, wait: .seconds(1)) { () async throws -> [Bool] in
                let before = await grants.holdsLock(id)
                try world.loseLocks()
                let after = await grants.holdsLock(id)
                return [before, after]
            }
            #expect(held == [true, false])
            let afterwards = await grants.holdsLock(id)
            #expect(!afterwards)
        }
    }

    /// The machines' clocks differ by less than an intent lasts, and by more.
    @Test(arguments: [0, 20, 60, -60])
    func `send nothing while a request may be answered whose lock was lost`(ahead: Int) async throws {
        try await DatabaseWorld.with { world in
            let path = DatabaseWorld.path
            let asked = world.server.requests(to: "/token").count
            let slow = GatedTransport(network: GrantTransport(server: world.server))
            var effects = world.effects
            effects.transport = slow
            let holder = try await world.machine(effects)
            let first = Task { try await holder.refresh(.forced(path)) }
            await slow.waitForRequest()
            try world.loseLocks()
            let naps = Counter()
            effects = world.effects
            effects.clock = HastyClock { naps.next() }
            let other = try await world.machine(effects, ahead: ahead)
            let entry = try #require(try await other.vault.inspect(path))
            let second = Task { try await other.refresh(.forced(path)) }
            while await !other.grants.holdsLock(GrantID(entry.id.description)) { await Task.yield() }
            // Whoever has the lock waits for nothing but the answer to the other's intent.
            let before = naps.count
            while naps.count < before + 2 { await Task.yield() }
            #expect(world.server.requests(to: "/token").count == asked)
            slow.open()
            let lines = try await first.value + second.value
            #expect(lines.map(\.outcome) == [.refreshed, .unneeded])
            #expect(world.server.requests(to: "/token").count == asked + 1)
            #expect(!world.server.hasSeenReuse)
        }
    }

    @Test func `find an answer in the database that was away when it came`() async throws {
        try await DatabaseWorld.with { world in
            let path = DatabaseWorld.path
            let asked = world.server.requests(to: "/token").count
            let slow = GatedTransport(network: GrantTransport(server: world.server))
            let naps = Counter()
            var effects = world.effects
            effects.transport = slow
            effects.clock = HastyClock { naps.next() }
            let holder = try await world.machine(effects)
            let first = Task { try await holder.refresh(.forced(path)) }
            await slow.waitForRequest()
            try world.database.close()
            let before = naps.count
            slow.open()
            while naps.count < before + 3 { await Task.yield() }
            try world.database.open()
            let lines = try await first.value
            #expect(lines.map(\.outcome) == [.refreshed])
            let other = try await world.machine(world.effects)
            #expect(try await other.pair(path).connection.intent == nil)
            _ = try await other.refresh(.forced(path))
            #expect(world.server.requests(to: "/token").count == asked + 2)
            #expect(!world.server.hasSeenReuse)
        }
    }

    /// The first write of a refresh is its intent, the second its answer.
    @Test(arguments: [1, 2]) func `find what they have committed although they were not told so`(
        lost: Int
    ) async throws {
        try await DatabaseWorld.with { world in
            let asked = world.server.requests(to: "/token").count
            let store = LossyStore(try await world.store()) { $0 == lost }
            let vault = try await Vault.unlock(store, with: world.owner, now: { world.time.now })
            let keeper = Keeper(vault: vault, effects: world.effects)
            let lines = try await keeper.refresh(.forced(DatabaseWorld.path))
            #expect(lines.map(\.outcome) == [.refreshed])
            let connection = try await world.keeper().pair(DatabaseWorld.path).connection
            #expect(connection.intent == nil && connection.strays.isEmpty && connection.state == .active)
            #expect(world.server.requests(to: "/token").count == asked + 1)
            #expect(!world.server.hasSeenReuse)
        }
    }

    @Test func `keep one pace`() async throws {
        try await DatabaseWorld.with { world in
            let (one, two) = (try await world.store(), try await world.store())
            // Slow enough for whatever the server and this machine take.
            let limit = RateLimit(amount: 1, interval: .seconds(600), burst: 2)
            // Each counts for itself where the server does not answer within 2 s; one that stood still has another try.
            for round in 1...3 {
                let failures = Counter()
                let ledgers = try [one, two].map { store in
                    FleetPaceLedger(clock: ContinuousClock(), paces: try #require(store.sharedPaces)) { reason in
                        if reason != nil { failures.next() }
                    }
                }
                let bucket = PaceBucket(name: ["made", "up", "\(round)"], limit: limit)
                let before = ledgers[1].refusals
                let waits = (0..<6).map { ledgers[$0 % 2].take(bucket, within: .seconds(6000)).wait / .seconds(600) }
                let factor = ledgers[0].slowDown(bucket, pause: nil)
                let refusals = ledgers[1].refusals - before
                if round < 3, failures.count > 0 { continue }
                #expect(waits.map { $0.rounded(.up) } == [0, 0, 1, 2, 3, 4])
                #expect(factor == 2 && refusals == 1)
                break
            }
        }
    }
}
