// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Tells the service manager that the agent is alive for as long as somebody who asks it is answered.
///
/// What is told is what a client sees: a request goes over the socket, through accept(2), the event loops and the responder.
struct Watchdog: Service {
    let notifier: ServiceNotifier
    let interval: Duration
    let caller: AgentCaller
    let clock: any Clock<Duration> = ContinuousClock()

    /// Asks twice in each interval until a graceful shutdown begins.
    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await clock.sleep(for: interval / 2)
                if await caller.isAnswered() { notifier.ping() }
            }
        }
    }
}
