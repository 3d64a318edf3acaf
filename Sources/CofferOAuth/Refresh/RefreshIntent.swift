// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// The durable note, written before a token request, that a refresh token is about to be presented.
///
/// Whoever finds one before `deadline` waits: its request may still be answered, even when the lock
/// of its writer was lost. One that is found later is *indeterminate*.
package struct RefreshIntent: Sendable, Equatable {
    /// Which refresh token is presented: a keyed fingerprint made by the store, opaque here.
    package let tokenFingerprint: [UInt8]

    /// 1 for the first time this token is presented, 2 for the one repetition after a lost answer.
    package let attempt: Int

    /// When the request was about to be sent; a provider's grace period counts from here.
    package let startedAt: Date

    /// Until when the request may be answered and its answer committed.
    package let deadline: Date

    /// What the request is narrowed to; a repetition asks for the whole, and believes no access token that comes.
    package let narrowing: TokenNarrowing?

    /// Puts together what the store keeps.
    package init(
        tokenFingerprint: [UInt8], attempt: Int, startedAt: Date, deadline: Date, narrowing: TokenNarrowing? = nil
    ) {
        self.tokenFingerprint = tokenFingerprint
        self.attempt = attempt
        self.startedAt = startedAt
        self.deadline = deadline
        self.narrowing = narrowing
    }

    /// The same by a clock that is ahead of the one that it is by.
    package func moved(by offset: Duration) -> RefreshIntent {
        guard offset != .zero else { return self }
        let seconds = offset / .seconds(1)
        return RefreshIntent(
            tokenFingerprint: tokenFingerprint, attempt: attempt, startedAt: startedAt.addingTimeInterval(seconds),
            deadline: deadline.addingTimeInterval(seconds), narrowing: narrowing)
    }
}
