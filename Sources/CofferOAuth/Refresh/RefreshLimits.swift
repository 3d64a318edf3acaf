// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The bounds of refreshing: every wait ends.
package struct RefreshLimits: Sendable, Equatable {
    /// How long the cross-process lock is waited for: 45 s, longer than a token request (`contracts.md`).
    package var lockWait = Duration.seconds(45)

    /// How long a token request may take as a whole: 30 s (`contracts.md`).
    package var request = Duration.seconds(30)

    /// What an intent's deadline adds to the request: 10 s for the commit and for clocks that differ between machines.
    package var commitMargin = Duration.seconds(10)

    /// From when an intent is recorded to its deadline: 40 s, as long as any is waited for.
    package var intent: Duration { request + commitMargin }

    /// How old an intent may be when its request is sent, so that this ends before the deadline also where a database took its time: half
    /// of the margin, 5 s.
    package var longestRecord: Duration { commitMargin / 2 }

    /// How often another's intent is looked at again while it may still be answered.
    package var intentPoll = Duration.seconds(1)

    /// How often a grant that another process is about to refresh is looked at again, with no turn in hand.
    package var claimPoll = Duration.milliseconds(250)

    /// How long after a lost answer its one repetition waits where a grace period promises it anew: 2 s.
    ///
    /// What broke one connection mostly breaks the next one of the same moment, and the server may still be at the first.
    package var repetitionPause = Duration.seconds(2)

    /// Token requests at once, over all providers: 16 (`contracts.md`).
    package var parallel = 16

    /// Token requests at once to one provider: half of all, so that one that hangs delays no other.
    package var parallelPerProvider = 8

    /// Token requests at once to one host: 2 (`contracts.md`).
    package var parallelPerHost = 2

    /// How long a caller whose token still serves waits for the next one, where a refresh ends the present: 5 s.
    ///
    /// A provider that hangs, or a pace of some requests an hour, would have it wait longer than that token lives.
    package var nextToken = Duration.seconds(5)

    /// How young a token may be before its rejection is believed: 30 s.
    ///
    /// A client that lacks a right gets 401 or 403 with every token; each report would spend a refresh.
    package var rejectionQuiet = Duration.seconds(30)

    /// The numbers of the contract.
    package init() {}

    /// Whether a token is too young for its rejection to be believed.
    package func doubtsRejection(of obtainedAt: Date?, at now: Date) -> Bool {
        guard let age = obtainedAt.map(now.timeIntervalSince) else { return false }
        return age >= 0 && age < rejectionQuiet / .seconds(1)
    }
}
