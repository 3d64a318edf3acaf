// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth
import Foundation
import Synchronization

/// Refreshes all that is due, again and again, in turns with the HTTP client sending the same requests; with somebody who reads, and without.
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
    private let folder: String
    private let client: TokenClient
    private let time: ErrandTime

    /// - Parameters:
    ///   - keeper: refreshes, and has the time that moves.
    ///   - folder: where its vault lies.
    ///   - transport: what requests are sent by.
    ///   - time: makes everything due.
    init(_ keeper: Keeper, _ folder: String, _ transport: any HTTPTransport, _ time: ErrandTime) {
        self.keeper = keeper
        self.folder = folder
        self.time = time
        client = TokenClient(transport: transport, now: { time.now })
    }

    /// Goes for as many rounds after one that warms all up, and then for a fifth as many with reads beside them, by a process that
    /// has a core to itself.
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
        guard let core = ReaderCore() else { return figures }
        return try await core.kept(from: [getpid(), getppid()]) {
            try await read(beside: registration, chains, rounds: max(rounds / 5, 1), core, figures)
        }
    }

    private func read(
        beside registration: ClientRegistration, _ before: [Chain], rounds: Int, _ core: ReaderCore,
        _ figures: OverheadFigures
    ) async throws -> OverheadFigures {
        var (chains, figures) = (before, figures)
        let reads = try PacedReads(in: folder, on: core)
        defer { reads.end() }
        for _ in 0..<rounds {
            figures.quiet += try await reads.during { try await Task.sleep(for: .seconds(2)) }.1
            let ((count, seconds), busy) = try await reads.during { try await drain() }
            figures.busy += busy
            figures.busyCount += count
            figures.busySeconds += seconds
            let before = chains
            let (next, loaded) = try await reads.during { try await send(before, registration) }
            chains = next
            figures.loaded += loaded
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
}
