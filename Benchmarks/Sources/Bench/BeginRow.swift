// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Foundation

/// `begin`: an agent that starts with 30,000 overdue connections against one with 30: from its start to the first token that it hands out, and
/// what reads take while it refreshes, as fast as amoCRM allows.
enum BeginRow {
    /// How many connections of the smaller one are overdue.
    private static let few = 30
    /// How often each agent is started.
    private static let rounds = 5
    /// How many tokens are asked for in each round, one every few milliseconds.
    private static let readCount = 300
    private static let pause = Duration.milliseconds(10)
    private static let token = "/v1/token?path=main/crm/acme"

    /// What one start gave, in seconds.
    private struct Start {
        var first: [Double] = []
        var reads: [Double] = []

        mutating func add(_ other: Start) {
            first += other.first
            reads += other.reads
        }
    }

    /// Measures it.
    ///
    /// - Parameter count: how many connections of the larger one are overdue.
    /// - Returns: both rows.
    /// - Throws: ``BenchError/wrongCount`` if a token was refused.
    static func measure(_ count: Int) async throws -> [Comparison] {
        try await InstalledProgram.with { program, folder in
            try await withOverdue(count) { large in
                var (measured, reference) = (Start(), Start())
                for round in 0..<rounds {
                    measured.add(try await start(program, on: large, in: folder))
                    // Anew: the few are refreshed within seconds, and the next round would be of an agent with nothing to do.
                    reference.add(
                        try await withOverdue(few) { small in try await start(program, on: small, in: folder) })
                    Progress.show("starts", round + 1, of: rounds, since: round)
                }
                return [
                    Comparison(
                        row: "begin", what: "an agent with \(count) overdue connections, to its first token",
                        against: "one with \(few)",
                        seconds: (Stopwatch.median(measured.first), Stopwatch.median(reference.first)),
                        unit: "a start", target: 2),
                    Comparison(
                        row: "begin",
                        what: "\(measured.reads.count) tokens while it refreshes them, 99th percentile",
                        against: "of the one with \(few)",
                        seconds: (
                            OverheadFigures.percentile(0.99, of: measured.reads),
                            OverheadFigures.percentile(0.99, of: reference.reads)
                        ), unit: "a token", target: 2),
                ]
            }
        }
    }

    private static func withOverdue<Value: Sendable>(
        _ count: Int, _ body: (ProviderWorld) async throws -> Value
    ) async throws -> Value {
        let limit = ProviderCatalogue.amocrm.rateLimit
        return try await ProviderWorld.with(accounts: ["acme"], limit: limit, allowed: 7) { world in
            try await world.plant(count) { number in
                world.grant(
                    at: try ProviderWorld.path("overdue-\(number)"), until: Date(timeIntervalSinceNow: -86_400))
            }
            return try await body(world)
        }
    }

    private static func start(
        _ program: InstalledProgram, on world: ProviderWorld, in folder: String
    ) async throws -> Start {
        let began = ContinuousClock.now
        let (first, reads) = try await RunningAgent.with(program, on: world, in: folder, isBegun: isServed, read)
        return Start(first: [began.duration(to: first) / .seconds(1)], reads: reads)
    }

    private static func isServed(_ agent: RunningAgent) throws -> Bool { try agent.get(token).status == 200 }

    private static func read(_ agent: RunningAgent) async throws -> (first: ContinuousClock.Instant, reads: [Double]) {
        let first = ContinuousClock.now
        var reads: [Double] = []
        for _ in 0..<readCount {
            let time = try await Stopwatch.time { guard try isServed(agent) else { throw BenchError.wrongCount } }
            reads.append(time)
            try await Task.sleep(for: pause)
        }
        return (first, reads)
    }
}
