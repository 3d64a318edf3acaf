// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// `socket`: an agent that is asked for one token over and over, against its server library answering the same bytes to
/// everything, on the same kind of socket; nginx doing the same is printed beside it.
enum SocketRow {
    /// How often each server gets its requests.
    private static let rounds = 7

    /// What one server made of its rounds.
    private struct Figures {
        private var loads: [RequestLoad] = []

        var secondsEach: Double { Stopwatch.median(loads.map(\.secondsEach)) }
        var lateSeconds: Double { Stopwatch.median(loads.map(\.lateSeconds)) }

        /// For a person.
        var sentence: String {
            let rate = Int(1 / secondsEach)
            return "\(rate)/s, p99 \(String(format: "%.2f", lateSeconds * 1000)) ms"
        }

        mutating func add(_ load: RequestLoad) { loads.append(load) }
    }

    /// Measures it.
    ///
    /// - Returns: requests per second, as the time of one, and the 99th percentile.
    /// - Throws: ``BenchError/wrongCount`` if a request failed.
    static func measure() async throws -> [Comparison] {
        try await InstalledProgram.with { program, folder in
            try await ProviderWorld.with(accounts: ["acme"], limit: nil, allowed: .max) { world in
                try await RunningAgent.with(program, on: world, in: folder) { agent in
                    try await measure(agent, in: folder)
                }
            }
        }
    }

    private static func measure(_ agent: RunningAgent, in folder: String) async throws -> [Comparison] {
        let target = "/v1/token?path=main/crm/acme"
        // The first is read from the vault, with an event; what follows, from memory.
        let answer = try agent.get(target)
        guard answer.status == 200 else { throw BenchError.noValue }
        let constant = try await ConstantServer.start(answering: answer.body, in: folder)
        defer { constant.end() }
        let nginx = try await NginxServer.start(answering: answer.body, in: folder)
        defer { nginx?.end() }
        func load(_ socket: String) throws -> RequestLoad {
            try RequestLoad(to: target, at: socket, loggingIn: folder)
        }
        var (ours, bare, plain) = (Figures(), Figures(), Figures())
        for _ in 0..<rounds {
            ours.add(try load(agent.socket))
            bare.add(try load(ConstantServer.socket(in: folder)))
            if let nginx { plain.add(try load(nginx.socket)) }
        }
        let beside = nginx == nil ? "nginx is not installed" : "nginx \(plain.sentence)"
        let against = "Hummingbird answering a constant (\(bare.sentence); \(beside))"
        return [
            Comparison(
                row: "socket", what: "an agent handing out a token over its socket (\(ours.sentence))",
                against: against, seconds: (ours.secondsEach, bare.secondsEach), unit: "a request", target: 1 / 0.8),
            Comparison(
                row: "socket", what: "the same, 99th percentile", against: "the same",
                seconds: (ours.lateSeconds, bare.lateSeconds), unit: "a request", target: 1 / 0.8),
        ]
    }
}
