// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// A refresh for a narrower token spends the grant's refresh token like any other, so it goes the same way: lock, intent,
// request, commit. What differs is what becomes of the answer.
extension RefreshMachine {
    /// What forbids asking for a narrower token.
    func narrowingObstacle(_ snapshot: GrantSnapshot, at now: Date) -> OAuthError? {
        guard let narrowing = demand.narrowing else { return nil }
        if let error = snapshot.registration.provider.narrowingObstacle { return error }
        // These are no matter of refresh tokens.
        guard !snapshot.usesClientCredentials, snapshot.registration.provider.narrowingMethod == .refresh else {
            return OAuthError(.unsupported, "This grant's narrower tokens are not had by a refresh.")
        }
        guard snapshot.refreshToken != nil else {
            return OAuthError(.unsupported, "There is no refresh token, and so no way to a narrower token.")
        }
        return snapshot.narrowed(to: narrowing)?.refusalError(at: now)
    }

    /// A refresh token in the answer is saved like any; the access token goes beside the grant's own.
    func narrowedRenewal(
        _ draft: GrantRenewal, of snapshot: GrantSnapshot, _ narrowing: TokenNarrowing, _ tokens: IssuedTokens,
        at now: Date
    ) -> (renewal: GrantRenewal, ending: Ending) {
        let token = NarrowedToken(
            narrowing, answered: tokens, grantedScope: snapshot.scope, requestedAt: sentAt, at: now)
        var renewal = draft
        renewal.placement = .narrowed(token)
        renewal.tokens.accessToken = nil
        renewal.tokens.scope = nil
        // The grant's own access token is due when it was.
        renewal.refreshAt = snapshot.refreshAt
        guard demand.narrowing == narrowing else { return (renewal, .goOn) }
        if let refusal = token.refusal { return (renewal, .fail(NarrowedToken.error(refusal))) }
        return (renewal, .serve(note: nil))
    }

    /// The provider refused the narrower token: no failure of the grant, whose own refresh is as it was.
    mutating func refuse(
        _ narrowing: TokenNarrowing, of snapshot: GrantSnapshot, _ reason: String, mayBeSpent: Bool, at now: Date
    ) -> Action {
        let intent = mayBeSpent ? ended(snapshot.intent, at: now) : nil
        let settlement = GrantSettlement(
            state: intent == nil ? snapshot.restingState : .indeterminate, intent: intent,
            failureCount: snapshot.failureCount, coolDownUntil: snapshot.coolDownUntil, lastError: snapshot.lastError,
            refusedNarrowing: NarrowedToken(narrowing, refused: reason, at: now))
        return settle(settlement, of: snapshot, then: .fail(NarrowedToken.error(reason)))
    }
}
