// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferSandbox
import Foundation

/// `once`: eight forced refreshes of one connection at once, against one.
///
/// They are tasks of one process, as the clients of an agent or of the library are, and each does what
/// `coffer refresh --force` does once the vault is open. The provider counts what was sent.
enum OnceRow {
    /// How often either is done.
    private static let rounds = 31

    /// How many refresh at once.
    private static let width = 8

    /// Measures it.
    static func measure() async throws -> [Comparison] {
        try await ProviderWorld.with(accounts: ["acme"], limit: nil, allowed: .max) { world in
            try await world.withKeeper { try await measure(in: world, $0) }
        }
    }

    private static func measure(in world: ProviderWorld, _ keeper: Keeper) async throws -> [Comparison] {
        // What only a first request does belongs to neither.
        _ = try await force(1, keeper, world)
        var times: (measured: [Double], reference: [Double]) = ([], [])
        var (sent, mostSent) = (0, 0)
        for _ in 0..<rounds {
            let all = try await force(width, keeper, world)
            times.measured.append(all.seconds)
            sent += all.requestCount
            mostSent = max(mostSent, all.requestCount)
            times.reference.append(try await force(1, keeper, world).seconds)
        }
        let requests = "\(sent) token requests in \(rounds) rounds"
        return [
            Comparison(
                row: "once", what: "\(width) forced refreshes of one connection at once (\(requests))",
                against: "one", seconds: (Stopwatch.median(times.measured), Stopwatch.median(times.reference)),
                unit: "until all have it", target: mostSent == 1 ? 1.2 : 0)
        ]
    }

    /// Lets so many tasks force a refresh.
    ///
    /// - Returns: how long it took until all had a new pair, and how many token requests were sent.
    /// - Throws: ``BenchError/wrongCount`` if one of them did not get one.
    private static func force(
        _ count: Int, _ keeper: Keeper, _ world: ProviderWorld
    ) async throws -> (seconds: Double, requestCount: Int) {
        let path = try ProviderWorld.path("acme")
        world.sandbox.log.clear()
        let began = ContinuousClock.now
        let refreshed = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<count {
                group.addTask { try await keeper.refresh(.forced(path)).count { $0.outcome == .refreshed } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let seconds = began.duration(to: .now) / .seconds(1)
        guard refreshed.reduce(0, +) == count else { throw BenchError.wrongCount }
        return (seconds, world.sandbox.log.requests(for: .token).count)
    }
}
