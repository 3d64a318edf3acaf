// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferSandbox
import Foundation

/// `memory`: what an agent with 100,000 connections keeps in memory, against the bytes of their sealed rows.
///
/// Once when it has looked what is due and nobody has asked for anything, and once when every token was asked for.
enum MemoryRow {
    /// How long an agent that serves is left to look what is due: nothing is, which takes milliseconds.
    private static let settling = Duration.seconds(2)

    /// What the agent may take besides, in bytes: program, libraries, threads and SQLite's cache.
    private static let allowance = 60_000_000.0

    /// The bytes that a row must have; numbers, which SQLite packs, are not counted.
    private static let rowBytes = """
        SELECT sum(length(id) + length(space) + length(lookup) + length(use_box) + ifnull(length(issue_box), 0)
            + length(signature)) FROM entry
        """

    /// Measures it.
    ///
    /// - Parameter count: how many connections.
    /// - Returns: both.
    /// - Throws: ``BenchError/wrongCount`` if a token was refused.
    static func measure(_ count: Int) async throws -> [Comparison] {
        try await InstalledProgram.with { program, folder in
            try await ProviderWorld.with(accounts: ["acme"], limit: nil, allowed: .max) { world in
                try await plant(count, in: world)
                let rows = try PlainSQLite(opening: world.vaultPath).number(rowBytes)
                return try await RunningAgent.with(program, on: world, in: folder) { agent in
                    try await Task.sleep(for: settling)
                    let atRest = try agent.residentBytes
                    for number in 0..<count {
                        guard try agent.get("/v1/token?path=\(path(number))").status == 200 else {
                            throw BenchError.wrongCount
                        }
                        Progress.show("asking", number + 1, of: count, since: number)
                    }
                    return [
                        comparison("at rest", atRest, rows, count),
                        comparison("after every token was asked for", try agent.residentBytes, rows, count),
                    ]
                }
            }
        }
    }

    private static func comparison(_ when: String, _ resident: Int, _ rows: Int, _ count: Int) -> Comparison {
        Comparison(
            row: "memory", what: "an agent with \(count) connections, resident \(when)",
            against: "the bytes of their sealed rows", bytes: (Double(resident), Double(rows)), unit: "in all",
            target: 1.5 + allowance / Double(rows))
    }

    private static func path(_ number: Int) throws -> CredentialPath {
        try CredentialPath("main/crm/account-\(number)")
    }

    /// Seals connections with tokens of 1 KB, past the network.
    private static func plant(_ count: Int, in world: ProviderWorld) async throws {
        let host = world.sandbox.grant(world.sandbox.accounts[0], to: world.sandbox.integration).host
        try await world.plant(count) { number in
            DrillGrant(
                path: try path(number), accessToken: madeUp("access", number),
                refreshToken: madeUp("refresh", number), expiresAt: Date(timeIntervalSinceNow: 86_400),
                accountID: "\(number)", accountHost: host)
        }
    }

    private static func madeUp(_ kind: String, _ number: Int) -> Secret {
        Secret(String(repeating: "made-up-\(kind)-\(number)-", count: 40))
    }
}
