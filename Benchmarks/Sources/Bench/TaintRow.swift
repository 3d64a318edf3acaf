// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth
import CofferRotation
import CofferSandbox
import Foundation

/// `taint`: from the moment at which a rotation after a leak is begun until another process is refused the tokens.
///
/// Each round has an app of its own, whose token the other process hands out from memory, over and over, until then. The reference is one
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
            let transport = NetworkTransport(userAgent: "coffer/bench")
            let result: Result<[Comparison], any Error>
            do {
                result = .success(try await measure(in: world, transport))
            } catch {
                result = .failure(error)
            }
            await transport.shutdown()
            return try result.get()
        }
    }

    private static func measure(in world: ProviderWorld, _ transport: NetworkTransport) async throws -> [Comparison] {
        let keeper = try await Keeper.open(
            ProviderWorld.location(in: world.folder), effects: KeeperEffects(transport: transport))
        for round in 0..<rounds { try await connect(round, in: world, keeper) }
        let reader = try Companion(.taint, in: world.folder, rounds: rounds)
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
                    "from the start of \(rounds) rotations after a leak until another process, handed \(count) tokens from memory, is refused",
                against: "one synced commit",
                seconds: (Stopwatch.median(times.measured), Stopwatch.median(times.reference)),
                unit: "a rotation", target: 2)
        ]
    }

    /// An app of its own with one account, past the network: that is not what is measured.
    private static func connect(_ round: Int, in world: ProviderWorld, _ keeper: Keeper) async throws {
        _ = try await keeper.addApp(app(round), try world.newApp(limit: nil))
        let given = world.sandbox.grant(world.sandbox.accounts[0], to: world.sandbox.integration)
        let grant = DrillGrant(
            path: try connection(round), accessToken: Secret(given.accessToken),
            refreshToken: Secret(given.refreshToken), expiresAt: given.expiresAt, accountID: given.accountID,
            accountHost: given.host)
        try await keeper.plant([grant], in: app(round))
    }
}
