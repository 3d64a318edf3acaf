// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock for hooks: their pauses are over at once and noted, and the wait for the end lasts until it is cancelled,
/// or until a condition holds.
final class HookClock: Clock, Sendable {
    private let noted = Mutex<[Duration]>([])
    private let endsWaits: Bool
    private let condition: @Sendable () -> Bool

    init(endsWaits: Bool = false, _ condition: @escaping @Sendable () -> Bool = { true }) {
        self.endsWaits = endsWaits
        self.condition = condition
    }

    /// The pauses of hooks.
    var pauses: [Duration] { noted.withLock { $0 } }
    /// Stands still, so that a pause is as long as it was asked for, however late it begins.
    let now = ContinuousClock.now
    var minimumResolution: Duration { .nanoseconds(1) }

    /// Pauses are whole seconds but 2 and 28, which are those of the outlet's end.
    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let length = deadline - now
        let seconds = Int((length / .seconds(1)).rounded())
        guard seconds == 2 || seconds > 20 else { return noted.withLock { $0.append(.seconds(seconds)) } }
        // Until it is cancelled: longer than a test may take.
        if !endsWaits { try await ContinuousClock().sleep(for: .seconds(3600)) }
        while !condition() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
