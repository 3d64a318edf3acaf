// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth
import Foundation
import Synchronization

/// Refreshes all that is due, again and again, in turns with the HTTP client sending the same requests, and reads meanwhile.
struct OverheadRun {
    /// A grant that is refreshed by the HTTP client alone: nothing of it is kept but the next token.
    private struct Chain {
        var token: Secret
        let host: String
    }

    /// How many accounts each side has.
    static let accountCount = 200
    /// How many requests are under way at once: as many as a keeper lets through to one provider.
    private static let width = 8

    /// The accounts of both sides.
    static var accounts: [String] {
        ["drain", "plain"].flatMap { kind in (0..<accountCount).map { "\(kind)\($0)" } }
    }

    private let keeper: Keeper
    private let reader: Keeper
    private let client: TokenClient
    private let time: ErrandTime

    /// - Parameters:
    ///   - keeper: refreshes, and has the time that moves.
    ///   - reader: another on the same vault, for which nothing is due.
    ///   - transport: what requests are sent by.
    ///   - time: makes everything due.
    init(_ keeper: Keeper, reader: Keeper, _ transport: any HTTPTransport, _ time: ErrandTime) {
        self.keeper = keeper
        self.reader = reader
        self.time = time
        client = TokenClient(transport: transport, now: { time.now })
    }

    /// Goes for as many rounds after one that warms all up, and then for a fifth as many with reads beside them, which are
    /// made one after the other without a pause.
    func go(_ rounds: Int) async throws -> OverheadFigures {
        let registration = try await keeper.registration(forConnecting: ProviderWorld.path("another"))
        var chains = try await chains()
        var figures = OverheadFigures()
        for round in 0...rounds {
            if round == 1 { figures = OverheadFigures() }
            figures.plainSeconds += try await Stopwatch.time { chains = try await send(chains, registration) }
            figures.plainCount += chains.count
            let (count, seconds) = try await drain()
            figures.drainCount += count
            figures.drainSeconds += seconds
            Progress.show("rounds", round, of: rounds, since: round - 1)
        }
        for _ in 0..<max(rounds / 5, 1) {
            figures.quiet += try await read(until: ContinuousClock.now + .seconds(2))
            let reading = Task { [self] in try await read(until: nil) }
            let (count, seconds) = try await drain()
            reading.cancel()
            figures.busy += try await reading.value
            figures.busyCount += count
            figures.busySeconds += seconds
        }
        return figures
    }

    /// Makes everything due and refreshes it.
    private func drain() async throws -> (count: Int, seconds: Double) {
        time.pass(days: 1)
        let before = ContinuousClock.now
        let count = try await keeper.refresh(.due).count { $0.outcome == .refreshed }
        return (count, before.duration(to: .now) / .seconds(1))
    }

    /// Takes half of the accounts out of the vault.
    private func chains() async throws -> [Chain] {
        let views = try await keeper.status()
        let hosts = Dictionary(views.map { ($0.path, $0.accountURL ?? "") }) { first, _ in first }
        var chains: [Chain] = []
        for number in 0..<Self.accountCount {
            let path = try ProviderWorld.path("plain\(number)")
            guard let host = hosts[path.description]?.dropFirst("https://".count) else { throw BenchError.noValue }
            chains.append(Chain(token: try await keeper.get(path, field: "refresh_token"), host: String(host)))
            _ = try await keeper.remove(path)
        }
        return chains
    }

    /// Refreshes each once.
    private func send(_ chains: [Chain], _ registration: ClientRegistration) async throws -> [Chain] {
        try await withThrowingTaskGroup(of: Chain.self) { group in
            var rest = chains[...]
            for chain in rest.prefix(Self.width) { group.addTask { try await send(chain, registration) } }
            rest = rest.dropFirst(Self.width)
            var sent: [Chain] = []
            while let chain = try await group.next() {
                sent.append(chain)
                if let next = rest.popFirst() { group.addTask { try await send(next, registration) } }
            }
            return sent
        }
    }

    private func send(_ chain: Chain, _ registration: ClientRegistration) async throws -> Chain {
        let outcome = await client.refresh(
            registration, refreshToken: chain.token, accountHost: chain.host, scope: nil)
        guard case .accepted(let tokens) = outcome, let token = tokens.refreshToken else { throw BenchError.noValue }
        return Chain(token: token, host: chain.host)
    }

    /// Reads one value after the other, with an event of each.
    ///
    /// - Returns: how many seconds each took.
    private func read(until end: ContinuousClock.Instant?) async throws -> [Double] {
        var times: [Double] = []
        while !Task.isCancelled, end.map({ ContinuousClock.now < $0 }) ?? true {
            let path = try ProviderWorld.path("drain\(Int.random(in: 0..<Self.accountCount))")
            times.append(try await Stopwatch.time { _ = try await reader.get(path, field: "access_token") })
        }
        return times
    }
}
