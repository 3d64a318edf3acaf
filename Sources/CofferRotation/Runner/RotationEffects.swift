// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a runner takes from the world besides its steps, replaceable in tests.
package struct RotationEffects: Sendable {
    /// The time of day, for the journal.
    package let now: @Sendable () -> Date

    /// Waits; throws when the task is cancelled.
    package let pause: @Sendable (Duration) async throws -> Void

    /// Hears of progress; called in order, from one task at a time.
    package let progress: @Sendable (RotationProgress) -> Void

    /// Makes the effects.
    package init(
        now: @escaping @Sendable () -> Date,
        pause: @escaping @Sendable (Duration) async throws -> Void,
        progress: @escaping @Sendable (RotationProgress) -> Void = { _ in }
    ) {
        self.now = now
        self.pause = pause
        self.progress = progress
    }
}
