// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// `coffer agent` as it is installed, while it serves.
struct RunningAgent {
    /// How long its beginning is waited for: a machine may be busy.
    private static let patience = Duration.seconds(60)

    /// Where it serves.
    let socket: String
    private let process: Process

    /// Runs a body while an agent serves the vault of a world.
    ///
    /// - Parameters:
    ///   - program: the installed program.
    ///   - world: whose vault and identity it takes.
    ///   - folder: where its socket is to be.
    ///   - isBegun: whether it does what is waited for; what it throws is that it does not.
    ///   - body: what to do with it.
    /// - Returns: what the body returns.
    /// - Throws: ``BenchError/noValue`` if it does not begin, and what the body throws.
    static func with<Value>(
        _ program: InstalledProgram, on world: ProviderWorld, in folder: String,
        isBegun: (RunningAgent) throws -> Bool = { try $0.get("/v1/health").status == 200 },
        _ body: (RunningAgent) async throws -> Value
    ) async throws -> Value {
        let socket = folder + "/agent.sock"
        let process = program.process([
            "agent", "--socket", socket, "--vault", world.vaultPath, "--identity-file", world.identityPath,
        ])
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let agent = RunningAgent(socket: socket, process: process)
        let end = ContinuousClock.now + patience
        while (try? isBegun(agent)) != true {
            guard process.isRunning, ContinuousClock.now < end else { throw BenchError.noValue }
            try await Task.sleep(for: .milliseconds(2))
        }
        return try await body(agent)
    }

    /// Asks it.
    ///
    /// - Parameter target: the path and the query.
    /// - Returns: the status, and the body.
    /// - Throws: ``BenchError/noValue`` if it does not answer.
    func get(_ target: String) throws -> (status: Int, body: String) {
        try UnixRequest.get(target, at: socket)
    }

    /// How many requests of a kind it has answered well.
    ///
    /// - Parameter operation: what its metrics call them: `token`.
    /// - Returns: their number since it began.
    /// - Throws: ``BenchError/noValue`` if it does not say.
    func answerCount(_ operation: String) throws -> Int {
        let name = "coffer_agent_requests_total{operation=\"\(operation)\",outcome=\"ok\"} "
        let lines = try get("/v1/metrics").body.split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix(name) }), let count = Int(line.dropFirst(name.count)) else {
            throw BenchError.noValue
        }
        return count
    }

    /// How much of its memory is resident now, in bytes: what proc(5) calls `VmRSS`.
    var residentBytes: Int {
        get throws {
            let file = "/proc/\(process.processIdentifier)/status"
            let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            let words = lines.first { $0.hasPrefix("VmRSS:") }?.split { $0.isWhitespace } ?? []
            guard words.count == 3, let count = Int(words[1]) else { throw BenchError.noValue }
            return count * 1024
        }
    }
}
