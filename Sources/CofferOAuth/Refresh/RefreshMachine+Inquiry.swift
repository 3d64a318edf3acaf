// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ClientRegistration {
    /// Whether the provider can be asked what became of a refresh token.
    ///
    /// Only where the description says that it knows: there are servers that call no refresh token active (RFC 7662 §2.2 leaves
    /// it to them). And only as a client that proves who it is, for the question carries the token.
    package var mayInquire: Bool {
        provider.refreshTokens.introspectable == true && provider.endpoints.introspection != nil && isConfidential
    }
}

extension RefreshMachine {
    /// Whether the provider can be asked what became of a refresh token, so that its word decides.
    func mayInquire(_ snapshot: GrantSnapshot) -> Bool {
        snapshot.registration.mayInquire && snapshot.refreshToken != nil
    }

    /// Does what follows from the provider's word on a request that got no answer.
    mutating func follow(
        _ fate: RefreshTokenFate, of intent: RefreshIntent, in snapshot: GrantSnapshot, at now: Date, random: Double
    ) -> Action {
        switch fate {
        case .active where intent.attempt < 2:
            // The one repetition, and no blind one, so that no description forbids it. The intent that was found stays until an
            // answer came: a provider that answers a spent token for a while calls that one active, too.
            lostIntent = intent
            evidence = "introspection calls the refresh token active"
            return present(snapshot, attempt: 2, at: now)
        case .inactive:
            let reason =
                "\(Self.explanation(of: intent)), and introspection calls its refresh token inactive: it was probably "
                + "processed and its tokens lost"
            let settlement = GrantSettlement(
                state: .needsReauthorization, intent: nil, spendsPresentToken: true,
                failureCount: snapshot.failureCount + 1, lastError: reason,
                evidence: "introspection calls the refresh token inactive")
            return settle(settlement, of: snapshot, then: .fail(.refresh(.needsReauthorization, reason)))
        case .unanswered(let setback):
            // Of the grant this says nothing: for want of a word nobody is called for, and nothing is presented.
            let reason =
                "\(Self.explanation(of: intent)), and introspection could not say what became of it: \(setback.message)"
            return retreat(
                snapshot, to: .indeterminate, reason: reason, retryAfter: setback.retryAfter, intent: intent, at: now,
                random: random)
        case .active, .unknown:
            // Whoever is wrong twice is not asked to present the token a third time.
            return repeatOnce(intent, of: snapshot, at: now)
        }
    }
}
