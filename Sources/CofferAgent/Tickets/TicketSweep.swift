// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Ends tickets when their time is over, so that whoever listens with one hears nothing more.
struct TicketSweep: Service {
    /// How often is looked: once a second.
    private static let interval = Duration.seconds(1)

    let tickets: TicketBook
    let clock: any Clock<Duration> = ContinuousClock()

    /// Looks until a graceful shutdown begins.
    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await clock.sleep(for: Self.interval)
                tickets.sweep()
            }
        }
    }
}
