// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

/// `refresh --watch` in one process, with time that both clocks take from the test.
@Suite(.timeLimit(.minutes(3))) struct `A watch` {
    /// Moves with the wall clock; who sleeps only lets others go on.
    private struct SameClock: Clock {
        struct Instant: InstantProtocol {
            var offset: Duration
            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
        }

        let time: MovableTime
        var now: Instant { Instant(offset: .seconds(time.now.timeIntervalSince1970)) }
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            try Task.checkCancellation()
            guard deadline.offset - now.offset > .seconds(31) else { return await Task.yield() }
            // A deadline, which nobody reaches: it ends when it is cancelled.
            try await ContinuousClock().sleep(for: .seconds(600))
        }
    }

    /// What was reported, for whoever waits for it.
    private final class Reports: Sendable {
        private let events = Mutex<[WatchEvent]>([])
        private let idleness = Mutex<@Sendable () -> Void>({})

        func add(_ event: WatchEvent) {
            events.withLock { $0.append(event) }
            guard case .load(running: 0, waiting: _, nextDue: _) = event else { return }
            let body = idleness.withLock { $0 }
            body()
        }

        /// Runs a body at the end of each look that finds nothing under way, and before anything begins.
        func whenIdle(_ body: @escaping @Sendable () -> Void) { idleness.withLock { $0 = body } }

        var lines: [RefreshLine] {
            events.withLock { $0 }.compactMap { if case .ended(let line) = $0 { line } else { nil } }
        }

        /// By how many seconds the wall clock was set, each time.
        var jumps: [Double] {
            events.withLock { $0 }.compactMap { if case .clockSet(let seconds) = $0 { seconds.rounded() } else { nil } }
        }

        /// How often was looked what is due, at least.
        var looks: Int { events.withLock { $0 }.count { if case .load = $0 { true } else { false } } }

        /// How often was looked since the last refresh ended, at least.
        var looksSinceEnd: Int {
            events.withLock { $0 }.reduce(0) { count, event in
                switch event {
                case .ended: 0
                case .load: count + 1
                default: count
                }
            }
        }

        func lines(_ count: Int) async throws -> [RefreshLine] {
            while lines.count < count {
                try Task.checkCancellation()
                await Task.yield()
            }
            return lines
        }
    }

    /// Lets time pass and waits for a look that began after it.
    private func pass(_ seconds: Double, _ world: KeeperWorld, _ reports: Reports) async throws {
        // The look that is under way may have begun before.
        for part in [seconds - 60, 60] {
            let looks = reports.looks
            world.time.advance(by: part)
            while reports.looks == looks {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    private func watching(
        _ world: KeeperWorld, over store: WatchedStore? = nil, elapsing: MovableTime? = nil,
        _ body: (Keeper, Reports) async throws -> Void
    ) async throws {
        var effects = world.effects()
        effects.clock = SameClock(time: elapsing ?? world.time)
        let keeper: Keeper
        if let store {
            let vault = try await Vault.unlock(
                store, with: world.location.identity.read(), now: { world.time.now })
            keeper = Keeper(vault: vault, effects: effects)
        } else {
            keeper = try await Keeper.open(world.location, effects: effects)
        }
        let reports = Reports()
        let watch = Task { try await keeper.watch { reports.add($0) } }
        do { try await body(keeper, reports) } catch {
            watch.cancel()
            throw error
        }
        watch.cancel()
        try await watch.value
        await keeper.windDown()
        await keeper.landed()
    }

    @Test func `refreshes each connection when it falls due, and not before`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            world.sandbox.log.clear()
            try await watching(world) { _, reports in
                for day in 1...3 {
                    // Two thirds of a life are fresh for all; at the end of the soft window all were due.
                    try await pass(60_000, world, reports)
                    #expect(reports.lines.count == 2 * (day - 1) && world.requestCount == 2 * (day - 1))
                    world.time.advance(by: 86_400 - 60_000 - 600)
                    let lines = try await reports.lines(2 * day)
                    #expect(lines.allSatisfy { $0.outcome == .refreshed })
                }
                #expect(world.requestCount == 6)
            }
        }
    }

    /// Bitrix24 blocks whoever refreshes on a timer; whoever asks for the token refreshes it.
    @Test func `sends nothing for a token that may not be refreshed ahead, not even once it is over`() async throws {
        try await KeeperWorld.withBitrix24 { world in
            try await watching(world) { _, reports in
                // 10 min are left, then 30 s, then none.
                for seconds in [3_000.0, 570, 130] {
                    try await pass(seconds, world, reports)
                    #expect(reports.lines.isEmpty && world.requestCount == 0)
                }
                _ = try await world.keeper().token(KeeperWorld.path("main/crm/acme"))
                #expect(world.requestCount == 1)
            }
        }
    }

    @Test func `answers a reader's wish at once`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let reader = try await world.keeper(of: world.join("reader", .reader))
            let path = KeeperWorld.path("main/crm/acme")
            let entry = try #require(try await reader.vault.inspect(path))
            world.time.advance(by: 50_000)
            world.sandbox.log.clear()
            try await watching(world) { keeper, reports in
                // The first look is over: it would find the wish by itself, and the next one would find it answered.
                while reports.looks == 0 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                try await reader.vault.leaveWish(.rejected, for: entry, tokenVersion: 1, validFor: nil, reason: "")
                let lines = try await reports.lines(1)
                #expect(lines.map(\.outcome) == [.refreshed] && lines.map(\.wishCount) == [1])
                #expect(world.requestCount == 1)
                while try await !world.wishes().isEmpty { await Task.yield() }
            }
        }
    }

    @Test func `answers a wish that can't be removed no more often than it looks`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let reader = try await world.keeper(of: world.join("reader", .reader))
            let entry = try #require(try await reader.vault.inspect(KeeperWorld.path("main/crm/acme")))
            try await reader.vault.leaveWish(.refresh, for: entry, tokenVersion: 1, validFor: nil, reason: "")
            let store = WatchedStore(try SQLiteStore.open(world.location.vaultPath)) { _, durability in
                if durability == .flushed { throw VaultError(.diskFull, "no room") }
            }
            try await watching(world, over: store) { _, reports in
                _ = try await reports.lines(1)
                for _ in 0..<5000 { await Task.yield() }
                #expect(reports.lines.count == 1)
            }
        }
    }

    @Test func `tells a failure once, and goes on when its cool-down is over`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 86_000)
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(.serverError, times: 2)])
            try await watching(world) { _, reports in
                let first = try await reports.lines(1)
                #expect(first.map(\.outcome) == [.failed])
                for _ in 0..<2000 { await Task.yield() }
                #expect(reports.lines.count == 1 && world.requestCount == 1)
                // Nothing is due until time passes, and then it does so only between two looks: while a refresh is under way it
                // would be too late for it to be sent, or the life of its token over, before it has come so far.
                while reports.looksSinceEnd == 0 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                reports.whenIdle { if reports.lines.last?.outcome != .refreshed { world.time.advance(by: 20) } }
                world.time.advance(by: 20)
                while reports.lines.last?.outcome != .refreshed {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                #expect(world.requestCount == 3)
                #expect(reports.lines.count <= 3, "\(reports.lines)")
            }
        }
    }

    @Test func `tells of a wall clock that was set, and storms nothing`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            world.sandbox.log.clear()
            let jumps: [TimeInterval] = [-86_400, 86_400, 86_400 * 365, -86_400 * 365]
            try await watching(world, elapsing: MovableTime()) { _, reports in
                while reports.looks == 0 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                for (index, seconds) in jumps.enumerated() {
                    world.time.advance(by: seconds)
                    while reports.jumps.count <= index {
                        try Task.checkCancellation()
                        await Task.yield()
                    }
                }
                for _ in 0..<2000 { await Task.yield() }
                #expect(reports.jumps == jumps)
                #expect(reports.lines.isEmpty && world.requestCount == 0)
            }
        }
    }

    @Test func `refreshes nothing twice where two watch`() async throws {
        try await KeeperWorld.with { world in
            world.time.advance(by: 86_000)
            world.sandbox.log.clear()
            try await watching(world) { _, first in
                try await watching(world) { _, second in
                    while first.lines.count + second.lines.count < 3 {
                        try Task.checkCancellation()
                        await Task.yield()
                    }
                    for _ in 0..<2000 { await Task.yield() }
                }
            }
            #expect(world.requestCount == 3)
        }
    }

    @Test func `is not for who may only read`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let reader = try await world.keeper(of: world.join("reader", .reader))
            await #expect(throws: KeeperError(.notPermitted, "")) { try await reader.watch { _ in } }
        }
    }

    @Test func `ends when nobody reads what it says`() async throws {
        struct Closed: Error {}
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            await #expect(throws: Closed.self) { try await keeper.watch { _ in throw Closed() } }
        }
    }
}
