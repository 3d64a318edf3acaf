// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Locks the vault whenever nothing was handed out for a while.
struct IdleLock: Service {
    let vault: AgentVault
    let limit: Duration

    /// Watches until a graceful shutdown begins.
    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true { try await vault.lockWhenIdle(limit) }
        }
    }
}
