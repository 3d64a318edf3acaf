// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSandbox
import CofferVault
import Foundation
import Synchronization
import Testing

#if os(Linux)
@Suite(.timeLimit(.minutes(2))) struct `A lock whose holder is killed` {
    /// A clock on which nobody waits: at each nap something else happens instead.
    private final class NapCounter: Clock {
        private let count = Mutex(0)
        private let onNap: @Sendable (Int) async -> Void

        init(_ onNap: @escaping @Sendable (Int) async -> Void) { self.onNap = onNap }

        var naps: Int { count.withLock { $0 } }
        var now: ContinuousClock.Instant { ContinuousClock.now }
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            let nap = count.withLock { count in
                count += 1
                return count
            }
            await onNap(nap)
        }
    }

    @Test func `is had at the next look at it, not when a wait is over`() async throws {
        try await World.with { world in
            world.sandbox.faults.set([FaultRule(.hang, grantType: "refresh_token")])
            let arrivals = world.sandbox.log.arrivals()
            let vault = try await world.program.home.openVault()
            let id = try #require(try await vault.inspect(CredentialPath("main/crm/acme"))).id
            try await world.program.start(["refresh", "--force", "main/crm/acme"]) { running in
                for await record in arrivals where record.grantType == "refresh_token" { break }
                let holder = running.processID
                let clock = NapCounter { nap in
                    guard nap == 3 else { return }
                    kill(holder, SIGKILL)
                    while !Self.isGone(holder) { await Task.yield() }
                }
                try await vault.withLock(id, wait: .seconds(45), clock: clock) {}
                #expect(clock.naps == 3)
            }
        }
    }

    /// Whether a process has closed its files: it is nothing at all, or a zombie of whose threads none is left.
    private static func isGone(_ process: pid_t) -> Bool {
        guard let stat = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return true }
        let state = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.first { $0 != " " }
        let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
        return state.map { "ZX".contains($0) } ?? true && (threads?.count ?? 0) <= 1
    }
}
#endif
