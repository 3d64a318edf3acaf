// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RefreshMachine {
    /// An intent that was found under the lock, and for how long this flight has waited for its end.
    struct AwaitedIntent: Sendable {
        let intent: RefreshIntent
        var duration: Duration
    }

    /// How long to wait before another's intent is looked at again; nil once its request can't be answered any more.
    ///
    /// The lock can be lost while its holder lives, and fencing stops a second commit, not a second POST. The deadline
    /// is by the wall clock; one that is further ahead than any of ours is left from before that was set back. So nobody
    /// waits for longer, by the monotonic clock, than an intent lasts: its request had begun before it was found.
    mutating func pause(for intent: RefreshIntent, at now: Date) -> Duration? {
        let waited = awaited?.intent == intent ? awaited?.duration ?? .zero : .zero
        awaited = AwaitedIntent(intent: intent, duration: waited)
        let (remaining, rest) = (intent.deadline.timeIntervalSince(now), limits.intent - waited)
        guard remaining > 0, rest > .zero else { return nil }
        return min(limits.intentPoll, rest, .milliseconds(Int64(remaining * 1000) + 1))
    }

    /// Hears how long the last ``Action/wait(_:)`` took by the monotonic clock.
    package mutating func hasWaited(_ duration: Duration) { awaited?.duration += duration }
}
