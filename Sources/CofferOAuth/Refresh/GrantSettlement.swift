// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What is written when a refresh ended without tokens.
package struct GrantSettlement: Sendable, Equatable {
    /// The state from now on.
    package var state: GrantState

    /// The intent from now on: absent clears it, anything else replaces the recorded one as it is.
    package var intent: RefreshIntent?

    /// Whether the present refresh token was finally refused: the store never lets it be recorded again.
    package var spendsPresentToken: Bool

    /// Failures in a row, this one included.
    package var failureCount: Int

    /// Until when nothing is sent unless forced.
    package var coolDownUntil: Date?

    /// A sentence for the operator; never a secret, never a raw body.
    package var lastError: String?

    /// A narrower token that the provider refused, and when that is forgotten.
    package var refusedNarrowing: NarrowedToken?

    /// The account's host from now on, where it was found to have another; absent where it stays.
    package var accountHost: String?

    /// Who said what decided it, for the audit: a word or two, never a secret.
    package var evidence: String?

    /// The settlement of a grant that has come into another state meanwhile: out of use it stays.
    func heeding(_ present: GrantState) -> GrantSettlement {
        guard present.isPersons else { return self }
        var settlement = self
        settlement.state = present
        return settlement
    }

    /// Puts a settlement together.
    package init(
        state: GrantState, intent: RefreshIntent?, spendsPresentToken: Bool = false, failureCount: Int,
        coolDownUntil: Date? = nil, lastError: String?, refusedNarrowing: NarrowedToken? = nil,
        accountHost: String? = nil, evidence: String? = nil
    ) {
        self.state = state
        self.intent = intent
        self.spendsPresentToken = spendsPresentToken
        self.failureCount = failureCount
        self.coolDownUntil = coolDownUntil
        self.lastError = lastError
        self.refusedNarrowing = refusedNarrowing
        self.accountHost = accountHost
        self.evidence = evidence
    }
}
