// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle
import UnixSignals

/// Opens the vault anew on SIGHUP, and ends where that means that the terminal has gone.
struct Reloading: Service {
    let vault: AgentVault
    /// The signal, trapped from before anybody is told that the agent serves.
    let hangups: UnixSignalsSequence
    /// Whether there was a terminal, and is none any more.
    let hasLostTerminal: @Sendable () -> Bool
    let tell: @Sendable (Agent.News) -> Void

    /// Waits for the signal until a graceful shutdown begins; returning earlier begins one.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in hangups {
                guard !hasLostTerminal() else { return }
                tell(.reloading)
                do {
                    try await vault.reload()
                    tell(.reloaded)
                } catch {
                    tell(.keptAsBefore(error))
                    // A service manager takes the end of a reload for an agent that serves.
                    if vault.isLocked { tell(.locked) }
                }
            }
        }
    }
}
