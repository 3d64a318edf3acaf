// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import ServiceLifecycle

/// Looks for what is to be told for as long as somebody listens, and says now and then that the agent is still there.
struct EventService: Service {
    /// How long it is between two looks at least: 1 s.
    private static let pause = Duration.seconds(1)

    /// How many times as long as a look it is until the next one: looking takes a twentieth of one processor at most.
    private static let share = 19

    /// How long nothing is said at most: 15 s, a quarter of what a connection may be silent.
    private static let silence = Duration.seconds(15)

    let hub: EventHub
    let watch: ConnectionWatch
    let clock: any Clock<Duration>

    /// Goes on until a graceful shutdown begins; then all streams end.
    func run() async throws {
        defer { hub.end() }
        try? await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await look() }
                group.addTask { try await beat() }
                try await group.waitForAll()
            }
        }
    }

    private func look() async throws {
        var pause = Self.pause
        while true {
            try await clock.sleep(for: pause)
            pause = Self.pause
            guard hub.hasListeners else {
                await watch.rest()
                continue
            }
            let elapsed = clock.stopwatch()
            await watch.look()
            pause = max(pause, elapsed() * Self.share)
        }
    }

    private func beat() async throws {
        while true {
            try await clock.sleep(for: Self.silence)
            hub.tell(.beat)
        }
    }
}
