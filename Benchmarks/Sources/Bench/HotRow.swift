// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import Foundation

/// `hot`: `credential(for:)` in process, from memory, by one thread and by as many as there are cores, against
/// golang.org/x/oauth2's `ReuseTokenSource`.
///
/// A program in Go takes its own times, in turns with ours, so that neither its start nor the pipes to it count.
enum HotRow {
    /// How often each side is asked for its time.
    private static let rounds = 21

    /// How many calls each thread makes then.
    private static let callCount = 500_000

    /// Measures it.
    ///
    /// - Returns: the row for one thread, and the one for all cores.
    /// - Throws: ``BenchError/notInstalled(_:)`` if the variable REUSE names no program.
    static func measure() async throws -> [Comparison] {
        guard let program = ProcessInfo.processInfo.environment["REUSE"] else { throw BenchError.notInstalled("go") }
        return try await ProviderWorld.with(accounts: ["acme"], limit: nil, allowed: .max) { world in
            let reuse = try Companion(program, [])
            defer { reuse.end() }
            let vault = try await VaultCredentialProvider.open(
                vault: world.vaultPath, identityFile: world.identityPath, environment: ["HOME": world.folder])
            do {
                let comparisons = try await measure(vault, against: reuse)
                await vault.close()
                return comparisons
            } catch {
                await vault.close()
                throw error
            }
        }
    }

    private static func measure(
        _ vault: VaultCredentialProvider, against reuse: Companion
    ) async throws -> [Comparison] {
        let request = CredentialRequest(path: try ProviderWorld.path("acme"))
        // The first is read from the vault, with an event; what follows, from memory.
        try await ask(vault, request, times: 2)
        var comparisons: [Comparison] = []
        for threadCount in [1, ProcessInfo.processInfo.activeProcessorCount] {
            var times: (measured: [Double], reference: [Double]) = ([], [])
            for _ in 0..<rounds {
                times.measured.append(
                    try await Stopwatch.time { try await ask(vault, request, byThreads: threadCount) })
                try reuse.tell("\(threadCount) \(callCount)")
                guard let nanoseconds = Double(try await reuse.line()) else { throw BenchError.noValue }
                times.reference.append(nanoseconds / 1e9)
            }
            let calls = Double(callCount)
            comparisons.append(
                Comparison(
                    row: "hot", what: "credential(for:) from memory, \(threadCount) at once",
                    against: "golang.org/x/oauth2 ReuseTokenSource, the same",
                    seconds: (Stopwatch.median(times.measured) / calls, Stopwatch.median(times.reference) / calls),
                    unit: "a call", target: 1.5))
        }
        return comparisons
    }

    private static func ask(
        _ vault: VaultCredentialProvider, _ request: CredentialRequest, byThreads count: Int
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count { group.addTask { try await ask(vault, request, times: callCount) } }
            try await group.waitForAll()
        }
    }

    private static func ask(
        _ vault: VaultCredentialProvider, _ request: CredentialRequest, times count: Int
    ) async throws {
        for _ in 0..<count { _ = try await vault.credential(for: request) }
    }
}
