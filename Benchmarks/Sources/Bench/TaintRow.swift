// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferRotation
import Foundation

/// `taint`: from the moment at which a rotation after a leak is begun until another process lets no token out any more.
///
/// Each round has an app of its own, whose token the other process hands out from memory, over and over on a core to itself, until then. The reference is one
/// synced commit of the same vault by the same process: a static secret of one line that is replaced, with its event.
enum TaintRow {
    /// How many rotations are begun.
    private static let rounds = 31

    /// Who is never there.
    private struct Nobody: RotationOperator {
        func isPresent() async -> Bool { false }
        func readyToClick(_ request: OperatorRequest) async throws -> Bool { false }
        func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? { nil }
        func hasRemoved(_ request: OperatorRequest) async throws -> Bool { false }
    }

    /// The app of a round.
    private static func app(_ round: Int) throws -> CredentialPath { try CredentialPath("main/crm-\(round)") }

    /// Its connection.
    static func connection(_ round: Int) throws -> CredentialPath { try CredentialPath("main/crm-\(round)/acme") }

    /// Measures it.
    static func measure() async throws -> [Comparison] {
        try await ProviderWorld.with(accounts: ["acme"], limit: nil, allowed: .max) { world in
            try await world.withKeeper { try await measure(in: world, $0) }
        }
    }

    private static func measure(in world: ProviderWorld, _ keeper: Keeper) async throws -> [Comparison] {
        for round in 0..<rounds { try await connect(round, in: world, keeper) }
        // It asks without a pause, which leaves nobody else on its core anything.
        guard let core = ReaderCore() else { return try await measure(in: world, keeper, on: nil) }
        return try await core.kept(from: [getpid()]) { try await measure(in: world, keeper, on: core) }
    }

    private static func measure(
        in world: ProviderWorld, _ keeper: Keeper, on core: ReaderCore?
    ) async throws -> [Comparison] {
        let reader = try Companion(.taint, in: world.folder, rounds: rounds, on: core)
        defer { reader.end() }
        let other = try CredentialPath("main/line")
        var times: (measured: [Double], reference: [Double]) = ([], [])
        var count = 0
        for round in 0..<rounds {
            times.reference.append(
                try await Stopwatch.time { _ = try await keeper.put(other, Secret("made-up-line-\(round)")) })
            try reader.tell()
            guard try await reader.line() == TaintWatch.readyMark else { throw BenchError.noValue }
            let began = TaintWatch.now
            let id = try await keeper.openRotation(of: app(round), taint: .hold)
            _ = try await keeper.resumeRotation(id, operator: Nobody())
            let words = try await reader.line().split(separator: " ").compactMap { UInt64($0) }
            guard words.count == 2, words[0] > began, words[1] > 0 else { throw BenchError.wrongCount }
            times.measured.append(Double(words[0] - began) / 1e9)
            count += Int(words[1])
        }
        return [
            Comparison(
                row: "taint",
                what:
                    "from the start of \(rounds) rotations after a leak until another process, which had handed out \(count) tokens from memory, lets none out",
                against: "one synced commit",
                seconds: (Stopwatch.median(times.measured), Stopwatch.median(times.reference)),
                unit: "a rotation", target: 2)
        ]
    }

    /// An app of its own with one account, past the network: that is not what is measured.
    private static func connect(_ round: Int, in world: ProviderWorld, _ keeper: Keeper) async throws {
        _ = try await keeper.addApp(app(round), try world.newApp(limit: nil))
        try await keeper.plant([world.grant(at: connection(round))], in: app(round))
    }
}
