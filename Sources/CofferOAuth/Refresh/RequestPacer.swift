// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Keeps the token requests of *this process* under their provider's rate limit.
///
/// The limit is one for all apps of a provider, which is the strictest reading of amoCRM's "7 requests
/// per second" (per app *and* source address). Other processes on the vault are not counted: what
/// is shared here is memory, and two processes together can go over the limit.
package actor RequestPacer {
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private var paces: [String: RequestPace] = [:]

    /// A pacer that waits on a clock.
    package init(clock: any Clock<Duration>) {
        self.clock = clock
        elapsed = Self.stopwatch(clock)
    }

    /// Waits until a request to a provider may be sent.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; its place is then used up.
    package func pace(_ provider: ProviderDescription) async throws {
        guard let limit = provider.rateLimit else { return }
        let delay = paces[provider.id, default: RequestPace(limit)].reserve(at: elapsed())
        if delay > .zero { try await clock.sleep(for: delay) }
    }

    /// Monotonic time since now.
    private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}
