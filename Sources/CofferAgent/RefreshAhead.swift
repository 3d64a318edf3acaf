// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import ServiceLifecycle

/// Keeps connections fresh for as long as the agent runs, and tells what happens.
struct RefreshAhead: Service {
    let keeper: Keeper
    let facts: AgentFacts
    let report: @Sendable (WatchEvent) -> Void

    /// Refreshes what falls due until a graceful shutdown begins; what was sent goes on to its commit.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await keeper.watch { event in
                facts.take(event)
                report(event)
            }
        }
    }
}
