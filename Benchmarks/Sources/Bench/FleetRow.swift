// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import PostgresServer

/// `fleet`: refreshes per second of one, two and four agents on one vault in a database, against commits by pgbench with as many clients.
///
/// Each agent is a process of its own, with connections of its own, and refreshes against the emulated provider in this one. What a refresh is:
/// an intent and an answer, each in a synced transaction, and the token request between. What it is held against: one synced transaction that
/// inserts one number. Both on the same server, in turns.
enum FleetRow {
    /// How many agents there are.
    private static let sizes = [1, 2, 4]
    /// How often each is measured.
    private static let rounds = 3
    /// How many commits each client of pgbench makes each time.
    private static let commitCount = 2000
    /// How long agents may take for what they are given; a machine may be busy.
    private static let patience = Duration.seconds(600)
    /// How often they are asked how far they are.
    private static let pause = Duration.milliseconds(20)
    /// A bare commit.
    private static let script = #"""
        \set n random(1, 1000000000)
        INSERT INTO public.bare (n) VALUES (:n);

        """#

    /// Measures it.
    ///
    /// - Parameter count: how many connections there are; those between the first tenth and the last are timed.
    /// - Returns: a row for each number of agents; none where PostgreSQL is not installed.
    /// - Throws: ``BenchError/wrongCount`` if they are not refreshed.
    static func measure(_ count: Int) async throws -> [Comparison] {
        guard MeasuredServer.isInstalled else { return [] }
        let database = try MeasuredServer.makeDatabase()
        try database.run("CREATE TABLE public.bare (n bigint)")
        return try await ProviderWorld.with(
            accounts: ["acme"], limit: nil, allowed: .max, database: database
        ) { world in
            try await world.plant(count) { world.grant(at: try ProviderWorld.path("fleet-\($0)")) }
            var refreshes: [Int: [Double]] = [:]
            var commits: [Int: [Double]] = [:]
            var day = 0
            for _ in 0..<rounds {
                for size in sizes {
                    let rate = try database.transactionsPerSecond(of: script, clients: size, count: commitCount)
                    commits[size, default: []].append(1 / rate)
                    // The agents before are gone, and count for a minute.
                    try database.run("TRUNCATE coffer.claim")
                    day += 1
                    refreshes[size, default: []].append(
                        try await secondsEach(by: size, in: world, day: day, of: count))
                    Progress.show("runs", day, of: rounds * sizes.count, since: day - 1)
                }
            }
            return sizes.map { size in
                comparison(
                    size, Stopwatch.median(refreshes[size] ?? []), Stopwatch.median(commits[size] ?? []))
            }
        }
    }

    private static func comparison(_ size: Int, _ refresh: Double, _ commit: Double) -> Comparison {
        Comparison(
            row: "fleet",
            what:
                "refreshes by \(size) agent\(size == 1 ? "" : "s") on one vault in a database (\(Int(1 / refresh))/s)",
            against: "bare commits by pgbench, \(size) client\(size == 1 ? "" : "s") (\(Int(1 / commit))/s)",
            seconds: (refresh, commit), unit: "a refresh", target: 1 / 0.3)
    }

    /// Has everything refreshed once by so many agents.
    ///
    /// - Returns: how long one refresh took, as long as all agents had enough to do.
    private static func secondsEach(
        by size: Int, in world: ProviderWorld, day: Int, of count: Int
    ) async throws -> Double {
        let agents = try (0..<size).map { _ in try Companion(.fleet, in: world.folder, rounds: day) }
        defer { for agent in agents { agent.end() } }
        for agent in agents {
            guard try await agent.line() == FleetAgent.readyMark else { throw BenchError.noValue }
        }
        for agent in agents { try agent.tell() }
        let first = try await reached(count / 10, by: agents)
        let last = try await reached(count * 9 / 10, by: agents)
        return first.at.duration(to: last.at) / .seconds(1) / Double(last.count - first.count)
    }

    /// Waits until so many are refreshed.
    private static func reached(
        _ wanted: Int, by agents: [Companion]
    ) async throws -> (count: Int, at: ContinuousClock.Instant) {
        let end = ContinuousClock.now + patience
        while ContinuousClock.now < end {
            var count = 0
            for agent in agents {
                try agent.tell()
                guard let own = Int(try await agent.line()) else { throw BenchError.noValue }
                count += own
            }
            if count >= wanted { return (count, .now) }
            try await Task.sleep(for: pause)
        }
        throw BenchError.wrongCount
    }
}
