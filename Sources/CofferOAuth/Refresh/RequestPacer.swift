// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Keeps the token requests of *this process* under their provider's rate limit.
///
/// Who shares a limit, the description says; where it does not, all of a provider's requests do, which is
/// the strictest reading. Other processes on the vault are not counted: what
/// is shared here is memory, and two processes together can go over the limit.
package actor RequestPacer {
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private var paces: [[String]: RequestPace] = [:]

    /// A pacer that waits on a clock.
    package init(clock: any Clock<Duration>) {
        self.clock = clock
        elapsed = Self.stopwatch(clock)
    }

    /// Waits until a token request may be sent.
    ///
    /// - Parameters:
    ///   - registration: the client, whose provider has the limit.
    ///   - account: what tells this account from others of the app, where the limit is the account's.
    /// - Throws: `CancellationError` when the task is cancelled; its place is then used up.
    package func pace(_ registration: ClientRegistration, account: String?) async throws {
        guard let limit = registration.provider.rateLimit else { return }
        let bucket = Self.bucket(limit, registration, account: account)
        let delay = paces[bucket, default: RequestPace(limit)].reserve(at: elapsed())
        if delay > .zero { try await clock.sleep(for: delay) }
    }

    /// What names the bucket that a request is taken from.
    static func bucket(_ limit: RateLimit, _ registration: ClientRegistration, account: String?) -> [String] {
        let provider = registration.provider.id
        return switch limit.scope ?? .sourceAddress {
        case .sourceAddress: [provider]
        case .app: [provider, registration.clientID]
        // Without a name all accounts are one, which is too slow and never too fast.
        case .account: [provider, "", account ?? ""]
        case .appAndAccount: [provider, registration.clientID, account ?? ""]
        }
    }

    /// Monotonic time since now.
    private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}
