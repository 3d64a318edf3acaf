// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// A refresh for a narrower token spends the grant's refresh token like any other, so it goes the same way: lock, intent,
// request, commit. What differs is what becomes of the answer. Where no refresh token is presented there is no intent
// either, and lock, bounds, pace, cool-down and block are the same.
extension RefreshMachine {
    /// What forbids asking for a narrower token.
    func narrowingObstacle(_ snapshot: GrantSnapshot, at now: Date) -> OAuthError? {
        guard let narrowing = demand.narrowing else { return nil }
        // What would be handed to nobody is not asked for.
        if snapshot.isHeld { return .refresh(.held) }
        return snapshot.obstacle(to: narrowing) ?? snapshot.refusal(of: narrowing)?.refusalError(at: now)
    }

    /// A refresh token in the answer is saved like any; the access token goes beside the grant's own.
    func narrowedRenewal(
        _ draft: GrantRenewal, of snapshot: GrantSnapshot, _ narrowing: TokenNarrowing, _ tokens: IssuedTokens,
        at now: Date
    ) -> (renewal: GrantRenewal, ending: Ending) {
        let token = NarrowedToken(
            narrowing, answered: tokens, grantedScope: snapshot.scope, requestedAt: sentAt, at: now)
        var renewal = withoutAccessToken(draft, of: snapshot, .narrowed(token))
        if snapshot.state.needsPerson {
            // It ended while the request was on its way, which a part does not undo.
            renewal.state = snapshot.state
            renewal.lastError = snapshot.lastError
            return (renewal, .fail(.refresh(.needsReauthorization, snapshot.lastError)))
        }
        if snapshot.isHeld { return (renewal, .fail(.refresh(.held))) }
        if let refusal = token.refusal { return (renewal, .fail(NarrowedToken.error(refusal))) }
        return (renewal, .serve(note: nil))
    }

    /// What came to the repetition of a lost narrower request, which asked for the whole: its refresh token is saved, and
    /// the whole is asked for with that.
    ///
    /// A server with a grace period may have repeated the lost answer, whose access token is narrower than it seems.
    func recoveredRenewal(
        _ draft: GrantRenewal, of snapshot: GrantSnapshot
    ) -> (renewal: GrantRenewal, ending: Ending) {
        (withoutAccessToken(draft, of: snapshot, .alone), .goOn)
    }

    private func withoutAccessToken(
        _ draft: GrantRenewal, of snapshot: GrantSnapshot, _ placement: GrantRenewal.Placement
    ) -> GrantRenewal {
        var renewal = draft
        renewal.placement = placement
        renewal.tokens.accessToken = nil
        renewal.tokens.scope = nil
        // The grant's own access token is due when it was.
        renewal.refreshAt = snapshot.refreshAt
        return renewal
    }

    /// Keeps what was had without the refresh token, if the grant is still what it was asked for.
    mutating func keep(
        _ tokens: IssuedTokens, _ narrowing: TokenNarrowing, beside snapshot: GrantSnapshot, at now: Date
    ) -> Action {
        if snapshot.isHeld { return .fail(.refresh(.held)) }
        if snapshot.state.needsPerson { return .fail(.refresh(.needsReauthorization, snapshot.lastError)) }
        // Another pair has come meanwhile, perhaps another account's: what was taken from the last one goes with it. And
        // of an app that has changed nobody could tell whether the token was issued under a secret that leaked.
        guard snapshot.version == presentedVersion, snapshot.appRevision == presentedAppRevision else {
            return .fail(.refresh(.superseded))
        }
        let token = NarrowedToken(
            narrowing, answered: tokens, grantedScope: snapshot.usesClientCredentials ? nil : snapshot.scope,
            requestedAt: sentAt, at: now)
        // A failure that an open intent explains is not over.
        let isSound = snapshot.intent == nil
        let renewal = GrantRenewal(
            tokens: IssuedTokens(), placement: .beside(token),
            state: isSound ? snapshot.restingState : snapshot.state, obtainedAt: sentAt,
            refreshAt: snapshot.refreshAt, spendsPresentToken: false,
            failureCount: isSound ? 0 : snapshot.failureCount,
            coolDownUntil: isSound ? nil : snapshot.coolDownUntil, lastError: isSound ? nil : snapshot.lastError)
        let ending: Ending = token.refusal.map { .fail(NarrowedToken.error($0)) } ?? .serve(note: nil)
        phase = .committing(tokens, ending)
        return .commit(renewal, for: snapshot)
    }

    /// The provider refused the narrower token: no failure of the grant, whose own refresh is as it was.
    mutating func refuse(
        _ narrowing: TokenNarrowing, of snapshot: GrantSnapshot, _ reason: String, mayBeSpent: Bool, at now: Date
    ) -> Action {
        let intent = isBeside ? snapshot.intent : mayBeSpent ? ended(snapshot.intent, at: now) : nil
        let settlement = GrantSettlement(
            state: intent == nil ? snapshot.restingState : .indeterminate, intent: intent,
            failureCount: snapshot.failureCount, coolDownUntil: snapshot.coolDownUntil, lastError: snapshot.lastError,
            refusedNarrowing: NarrowedToken(narrowing, refused: reason, at: now))
        return settle(settlement, of: snapshot, then: .fail(NarrowedToken.error(reason)))
    }
}
