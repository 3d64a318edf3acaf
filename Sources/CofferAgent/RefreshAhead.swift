// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import ServiceLifecycle

/// Keeps connections fresh for as long as the agent runs and is unlocked, and tells what happens.
struct RefreshAhead: Service {
    let vault: AgentVault
    let facts: AgentFacts
    let report: @Sendable (WatchEvent) -> Void

    /// Refreshes what falls due until a graceful shutdown begins; what was sent goes on to its commit.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            for await _ in vault.unlocks { try await watch() }
        }
    }

    /// Watches until the vault is locked or opened anew; one whose identity only reads is left alone.
    private func watch() async throws {
        // Locked, it does nothing, and nobody knows what is due.
        defer { facts.take(.load(running: 0, waiting: 0, nextDue: nil)) }
        do {
            try await vault.use(.standing) { [facts, report] keeper in
                guard keeper.refreshes else { return }
                try await keeper.watch { event in
                    facts.take(event)
                    report(event)
                }
            }
        } catch {
            guard (error as? CredentialError)?.code == .locked else { throw error }
        }
    }
}
