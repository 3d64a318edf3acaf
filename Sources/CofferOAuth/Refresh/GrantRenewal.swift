// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What is written, in one transaction, when a provider answered a token request with tokens.
///
/// It is written whatever else is wrong with the answer: the judgement is in its members.
package struct GrantRenewal: Sendable {
    /// Where the pair goes.
    package enum Placement: Sendable, Equatable {
        /// The pair becomes the grant's present one; what the answer lacks (no new refresh token, no
        /// access token) is kept as it was.
        case current

        /// The pair is kept sealed *beside* the present one, which stays untouched.
        ///
        /// Used when the answer is for another account, or when another pair was committed while ours
        /// was on its way. Writing it over the present pair would hand one account's data to another;
        /// dropping it could lose the only live successor of a single-use token. So both stay: the
        /// present access token (still good on many servers), and the stray pair, for a person to
        /// judge. Each stray pair is one more; none replaces another. The presented refresh token
        /// counts as spent nevertheless, for the provider accepted it.
        case aside

        /// The access token, or why there is none, is kept beside the present one, which stays; a refresh token of the
        /// answer replaces the present one.
        case narrowed(NarrowedToken)

        /// The refresh token replaces the present one, and the present access token stays.
        ///
        /// For what came instead of a lost narrower answer: nobody knows how wide its access token is.
        case alone

        /// The access token, or why there is none, is kept beside the present pair, and nothing else changes: it was had
        /// without the refresh token, so that an intent is another request's.
        case beside(NarrowedToken)
    }

    /// The tokens of the answer, whatever of them there was.
    package var tokens: IssuedTokens

    /// Where they go.
    package var placement: Placement

    /// The state from now on.
    package var state: GrantState

    /// When the tokens were asked for, before the request was sent; the snapshot's `obtainedAt` from now on.
    package var obtainedAt: Date

    /// When the next refresh is due, jitter included; absent where nothing is ever due.
    package var refreshAt: Date?

    /// Whether the presented refresh token may never be recorded again: it was replaced, or its provider always rotates.
    package var spendsPresentToken: Bool

    /// Failures in a row: 0 unless the answer was judged to be nonsense.
    package var failureCount: Int

    /// Until when nothing is sent unless forced; absent unless the answer was nonsense.
    package var coolDownUntil: Date?

    /// What was wrong with the answer, for the operator.
    package var lastError: String?

    /// The narrower token that it brings, or the word that there is none.
    package var narrowedToken: NarrowedToken? {
        switch placement {
        case .narrowed(let token), .beside(let token): token
        case .current, .aside, .alone: nil
        }
    }

    /// Whether an intent that is there belongs to another request.
    package var leavesIntent: Bool {
        if case .beside = placement { true } else { false }
    }

    /// Puts a renewal together.
    package init(
        tokens: IssuedTokens, placement: Placement, state: GrantState, obtainedAt: Date, refreshAt: Date?,
        spendsPresentToken: Bool, failureCount: Int = 0, coolDownUntil: Date? = nil, lastError: String? = nil
    ) {
        self.tokens = tokens
        self.placement = placement
        self.state = state
        self.obtainedAt = obtainedAt
        self.refreshAt = refreshAt
        self.spendsPresentToken = spendsPresentToken
        self.failureCount = failureCount
        self.coolDownUntil = coolDownUntil
        self.lastError = lastError
    }
}
