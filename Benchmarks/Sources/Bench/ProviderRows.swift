// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferSandbox
import Foundation

/// The rows about refreshing: other processes of this program do it, against an emulated provider in this one.
enum ProviderRows {
    /// How many processes share a limit.
    private static let processCount = 3

    /// `limit`: three processes drain 1,000 overdue connections under ten times amoCRM's limit.
    static func limit() async throws -> [Comparison] {
        let accounts = (0..<1000).map { "account\($0)" }
        let tenfold = RateLimit(amount: 70, interval: .milliseconds(1040), burst: 1, scope: .sourceAddress)
        return try await ProviderWorld.with(accounts: accounts, limit: tenfold, allowed: 70) { world in
            world.sandbox.log.clear()
            let refreshed = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<processCount {
                    group.addTask {
                        try await world.child(.drain, rounds: 1).first.flatMap { Int($0) } ?? 0
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let requests = world.sandbox.log.requests(for: .token)
            let refused = requests.count { $0.status == 429 }
            guard refreshed.reduce(0, +) == accounts.count || refused > 0, let first = requests.first,
                let last = requests.last
            else { throw BenchError.wrongCount }
            let shares = refreshed.map(String.init).joined(separator: " + ")
            return [
                Comparison(
                    row: "limit",
                    what:
                        "\(requests.count) token requests of 3 processes (\(shares) refreshed), \(refused) refused with 429",
                    against: "what 70 a second allow",
                    seconds: (last.at.timeIntervalSince(first.at), Double(requests.count - 1) / 70), unit: "all",
                    target: refused > 0 ? 0 : 1 / 0.95)
            ]
        }
    }

    /// `overhead`: refreshes with intent and commit, and reads meanwhile.
    static func overhead(_ count: Int) async throws -> [Comparison] {
        let rounds = max(count / OverheadRun.accountCount, 1)
        return try await ProviderWorld.with(accounts: OverheadRun.accounts, limit: nil, allowed: .max) { world in
            guard let line = try await world.child(.overhead, rounds: rounds).first else { throw BenchError.noValue }
            let figures = try OverheadFigures(line: line)
            guard figures.drainCount == rounds * OverheadRun.accountCount else { throw BenchError.wrongCount }
            let perSecond = Int(Double(figures.drainCount) / figures.drainSeconds)
            let busyPerSecond = Int(Double(figures.busyCount) / figures.busySeconds)
            // What the requests alone cost a reader, with nobody writing into the vault: no store can do better beside them.
            let loaded = Int(OverheadFigures.percentile(0.99, of: figures.loaded) * 1_000_000)
            return [
                Comparison(
                    row: "overhead", what: "\(figures.drainCount) refreshes, intent and commit each (\(perSecond)/s)",
                    against: "the HTTP client alone",
                    seconds: (
                        figures.drainSeconds / Double(figures.drainCount),
                        figures.plainSeconds / Double(figures.plainCount)
                    ), unit: "a refresh", target: 2),
                Comparison(
                    row: "overhead",
                    what:
                        "\(figures.busy.count) audited reads on a core of their own, 99th percentile, during refreshes (\(busyPerSecond)/s)",
                    against: "\(figures.quiet.count) of a quiet vault (beside the HTTP client alone: \(loaded) µs)",
                    seconds: (
                        OverheadFigures.percentile(0.99, of: figures.busy),
                        OverheadFigures.percentile(0.99, of: figures.quiet)
                    ), unit: "a read", target: 2),
            ]
        }
    }
}
