// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Clock where Duration == Swift.Duration {
    /// Starts a stopwatch: what it gives is the time since this call, by this clock.
    package func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
