// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// `token`: `coffer token` from its start to its end, against `age -d` of the same token; and through an agent, against that and `oidc-token`
/// with a token that its agent has in memory.
///
/// The token is fresh, and the identity in a file or with the agent, so that nothing is sent and nobody asked; each hand-out is an event, or
/// counted by the agent. All print into a pipe, as with a shell's `$(…)`.
enum TokenRow {
    /// How often each is run.
    private static let rounds = 301

    /// How often each is run before: files and programs are in the system's cache then.
    private static let warmingRounds = 5

    /// Measures it.
    ///
    /// - Returns: the rows; without `oidc-token` where that is not installed.
    /// - Throws: ``BenchError/wrongCount`` if anything else was printed, a hand-out left no event, or the agent was asked anything else.
    static func measure() async throws -> [Comparison] {
        try await InstalledProgram.with { program, folder in
            try await ProviderWorld.with(accounts: ["acme"], limit: nil, allowed: .max) { world in
                let coffer = program.shortRun([
                    "token", "main/crm/acme", "--vault", world.vaultPath, "--identity-file", world.identityPath,
                ])
                let token = try coffer.run()
                let age = try prepareAge(sealing: token, in: folder)
                let alone = try await compare(coffer, age, expecting: token, world.vaultPath)
                return try await RunningAgent.with(program, on: world, in: folder) { agent in
                    let short = program.shortRun(
                        ["token", "main/crm/acme"],
                        environment: ["COFFER_VAULT": world.vaultPath, "COFFER_AGENT_SOCKET": agent.socket])
                    return [alone] + (try await compare(short, age, expecting: token, agent, in: folder))
                }
            }
        }
    }

    /// Makes a key, seals the token to it, and says how to open it.
    private static func prepareAge(sealing token: [UInt8], in folder: String) throws -> ShortRun {
        let (key, plain, sealed) = (folder + "/age.key", folder + "/token", folder + "/token.age")
        _ = try ShortRun(named: "age-keygen", ["-o", key]).run()
        try Data(token).write(to: URL(fileURLWithPath: plain))
        _ = try ShortRun(named: "age", ["-e", "-i", key, "-o", sealed, plain]).run()
        return try ShortRun(named: "age", ["-d", "-i", key, sealed])
    }

    private static func compare(
        _ coffer: ShortRun, _ age: ShortRun, expecting token: [UInt8], _ vault: String
    ) async throws -> Comparison {
        let before = try eventCount(vault)
        let seconds = try await turns(coffer, token, against: age, token)
        guard try eventCount(vault) - before >= rounds else { throw BenchError.wrongCount }
        return Comparison(
            row: "token", what: "coffer token, cold, a fresh token, audited", against: "age -d of the same token",
            seconds: seconds, unit: "a run", target: 1.5)
    }

    private static func compare(
        _ coffer: ShortRun, _ age: ShortRun, expecting token: [UInt8], _ agent: RunningAgent, in folder: String
    ) async throws -> [Comparison] {
        let before = (health: try agent.answerCount("health"), token: (try? agent.answerCount("token")) ?? 0)
        var rows = [
            Comparison(
                row: "token", what: "the same through an agent", against: "the same",
                seconds: try await turns(coffer, token, against: age, token), unit: "a run", target: 1)
        ]
        let cached = try await OIDCAgent.with(in: folder) { oidc in
            try await turns(coffer, token, against: oidc, try oidc.run())
        }
        if let cached {
            rows.append(
                Comparison(
                    row: "token", what: "the same through an agent", against: "oidc-token, cached", seconds: cached,
                    unit: "a run", target: 1.5))
        } else {
            Progress.note("oidc-agent is not installed or gets no token, so that its row is left out")
        }
        // Who takes the long way asks for the agent's health first.
        guard try agent.answerCount("token") - before.token >= rounds * rows.count,
            try agent.answerCount("health") == before.health
        else { throw BenchError.wrongCount }
        return rows
    }

    /// Runs two programs in turns, each of which prints what is expected.
    private static func turns(
        _ program: ShortRun, _ printed: [UInt8], against other: ShortRun, _ otherPrinted: [UInt8]
    ) async throws -> (measured: Double, reference: Double) {
        func run(_ program: ShortRun, _ expected: [UInt8]) throws {
            guard try program.run() == expected else { throw BenchError.wrongCount }
        }
        for _ in 0..<warmingRounds {
            try run(program, printed)
            try run(other, otherPrinted)
        }
        return try await Stopwatch.turns(
            rounds, { try run(program, printed) }, against: { try run(other, otherPrinted) })
    }

    private static func eventCount(_ vault: String) throws -> Int {
        try PlainSQLite(opening: vault).number("SELECT count(*) FROM audit")
    }
}
