// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RefreshMachine {
    /// Judges how a token request ended.
    mutating func judge(
        _ outcome: TokenOutcome, of snapshot: GrantSnapshot, attempt: Int, at now: Date, random: Double
    ) -> Action {
        switch outcome {
        case .accepted(let tokens):
            return commit(tokens, to: snapshot, at: now, random: random)
        case .refused(let refusal):
            if narrowing != nil {
                // Servers say `invalid_grant` of a scope that nobody consented to (Microsoft Entra, AADSTS65001), or
                // a bare 400: no proof that the grant is dead. Its own next refresh will tell.
                return setBack(snapshot, Setback(.configuration, refusal.message), at: now, random: random)
            }
            return refuse(snapshot, reason: refusal.message, at: now)
        case .unprocessed(let setback) where mayBeLocated(snapshot, after: setback):
            wasLocated = true
            phase = .locating(snapshot, setback)
            return .locate(snapshot)
        case .unprocessed(let setback) where setback.kind == .notInstalled:
            return partWays(snapshot, setback, at: now, random: random)
        case .unprocessed(let setback) where setback.kind == .late:
            if !hasResent {
                hasResent = true
                return present(snapshot, attempt: attempt, at: now)
            }
            return postpone(snapshot, setback.message, at: now, random: random)
        case .unprocessed(let setback) where setback.isUnexplained && attempt >= 2 && narrowing == nil:
            // The one repetition of a lost answer is used up: the token may be spent, and is not sent a third time.
            return lose(snapshot, attempt: attempt, code: .nonsense, reason: setback.message, at: now, random: random)
        case .unprocessed(let setback):
            return setBack(snapshot, setback, at: now, random: random)
        case .notSent(let reason):
            if !hasResent {
                hasResent = true
                return present(snapshot, attempt: attempt, at: now)
            }
            return withdraw(snapshot, reason, at: now, random: random)
        case .senseless(let reason):
            // Accepted perhaps, so the token may be spent, and nothing came: as good as no answer.
            return lose(snapshot, attempt: attempt, code: .nonsense, reason: reason, at: now, random: random)
        case .indeterminate(let reason):
            return lose(snapshot, attempt: attempt, code: .indeterminate, reason: reason, at: now, random: random)
        }
    }

    /// Nothing was sent: the intent of this request counts for nothing.
    mutating func withdraw(_ snapshot: GrantSnapshot, _ reason: String, at now: Date, random: Double) -> Action {
        retreat(
            snapshot, to: .unreachable, reason: reason, retryAfter: nil, intent: lostIntent, at: now, random: random)
    }

    /// Nothing was sent for want of a place: no failure of the provider's, so that none is counted and no pause grows.
    mutating func postpone(_ snapshot: GrantSnapshot, _ reason: String, at now: Date, random: Double) -> Action {
        let intent = isBeside ? snapshot.intent : lostIntent
        let pause = CoolDown.duration(failureCount: 1, retryAfter: nil, random: random)
        let settlement = GrantSettlement(
            state: intent == nil ? snapshot.restingState : .indeterminate, intent: intent,
            failureCount: snapshot.failureCount, coolDownUntil: now.addingTimeInterval(pause / .seconds(1)),
            lastError: reason)
        return settle(settlement, of: snapshot, then: .fail(.refresh(.rateLimited, reason, retryAfter: pause)))
    }

    /// Finally refused: the token is spent or withdrawn, and only a person can help.
    private mutating func refuse(_ snapshot: GrantSnapshot, reason: String, at now: Date) -> Action {
        var reason = reason
        if let cause = cause(of: snapshot, at: now) {
            if reason.hasSuffix(".") { reason.removeLast() }
            reason += "; \(cause)"
        }
        let settlement = GrantSettlement(
            state: .needsReauthorization, intent: nil, spendsPresentToken: !snapshot.usesClientCredentials,
            failureCount: snapshot.failureCount + 1, lastError: reason)
        return settle(settlement, of: snapshot, then: .fail(.refresh(.needsReauthorization, reason)))
    }

    /// Why a refresh token that was good is refused, as far as that is known of the grant or its provider.
    private func cause(of snapshot: GrantSnapshot, at now: Date) -> String? {
        if let lostIntent, evidence == nil {
            return "\(Self.explanation(of: lostIntent)), so it was probably processed and its tokens lost"
        }
        if let end = snapshot.endsAt, end <= now { return "the grant's time was over at \(end.ISO8601Format())" }
        guard snapshot.presentsSingleUseToken,
            snapshot.registration.provider.refreshTokens.reuse == .revokesGrant
        else { return nil }
        // RFC 9700 §4.14.2: this is how a stolen refresh token comes to light.
        return
            "if nobody withdrew it, somebody else may have used it: \(snapshot.registration.provider.displayName) ends "
            + "a grant of which a refresh token is presented twice"
    }

    /// The account does not have the app any more, or is gone: only a person can install it and connect it again.
    ///
    /// Asking again changes nothing, for the tokens end with the app. That the refresh token is spent nobody has said, so
    /// it stays sealed as it is.
    private mutating func partWays(
        _ snapshot: GrantSnapshot, _ setback: Setback, at now: Date, random: Double
    ) -> Action {
        if narrowing != nil {
            // As with a refusal: the grant's own next refresh will tell.
            return setBack(snapshot, Setback(.configuration, setback.message), at: now, random: random)
        }
        let intent = mayBeSpent(snapshot, by: setback) ? ended(snapshot.intent, at: now) : lostIntent
        return giveUp(snapshot, intent: intent, reason: setback.message)
    }

    /// Refused unprocessed: the token is presumed unspent and tried again after the cool-down.
    ///
    /// Where the description says `spendsOnError` (Glewlwyd spends a token that came with a wrong
    /// secret) the presumption does not hold: the intent stays, and what follows is what follows a
    /// lost answer. Either way the intent of an *earlier* lost answer stays, since a request that was
    /// not processed says nothing about it, nor is it that answer's one repetition.
    mutating func setBack(
        _ snapshot: GrantSnapshot, _ setback: Setback, at now: Date, random: Double
    ) -> Action {
        let mayBeSpent = mayBeSpent(snapshot, by: setback)
        if let narrowing, setback.kind == .configuration {
            return refuse(narrowing, of: snapshot, setback.message, mayBeSpent: mayBeSpent, at: now)
        }
        return retreat(
            snapshot, to: setback.error.code, reason: setback.message, retryAfter: setback.retryAfter,
            intent: mayBeSpent ? ended(snapshot.intent, at: now) : lostIntent, at: now, random: random)
    }

    /// Whether a request that was not processed may have spent its refresh token.
    private func mayBeSpent(_ snapshot: GrantSnapshot, by setback: Setback) -> Bool {
        !isBeside && snapshot.presentsSingleUseToken
            && snapshot.registration.provider.refreshTokens.spendsOnError && !setback.wasNotSent
    }

    /// No complete answer: the token may be spent.
    private mutating func lose(
        _ snapshot: GrantSnapshot, attempt: Int, code: OAuthError.Code, reason: String, at now: Date, random: Double
    ) -> Action {
        guard snapshot.presentsSingleUseToken, !isBeside else {
            return retreat(
                snapshot, to: code == .nonsense ? code : .unreachable, reason: reason, retryAfter: nil, intent: nil,
                at: now, random: random)
        }
        let intent = ended(snapshot.intent, at: now)
        // Where the provider can be asked, it may know the reason, which a person is told then.
        if attempt >= 2, !mayInquire(snapshot) {
            return giveUp(snapshot, intent: intent, reason: "\(reason); this was the one repetition of a lost answer")
        }
        let repetition = now.addingTimeInterval(limits.repetitionPause / .seconds(1))
        if attempt < 2, let intent, isWithinGrace(intent, of: snapshot, at: repetition) {
            repeatedIntent = intent
            phase = .deciding
            return .wait(limits.repetitionPause)
        }
        return retreat(
            snapshot, to: code, reason: reason, retryAfter: nil, intent: intent, at: now, random: random)
    }

    /// Writes a failure that leaves the grant alive.
    mutating func retreat(
        _ snapshot: GrantSnapshot, to code: OAuthError.Code, reason: String, retryAfter: Duration?,
        intent: RefreshIntent?, at now: Date, random: Double
    ) -> Action {
        // A request that presented no refresh token says nothing of one that did.
        let intent = isBeside ? snapshot.intent : intent
        let failures = snapshot.failureCount + 1
        var coolDown = CoolDown.duration(failureCount: failures, retryAfter: retryAfter, random: random)
        let state: GrantState
        switch code {
        case .blocked: state = .blocked
        case .paymentRequired:
            state = .paymentRequired
            coolDown = max(coolDown, CoolDown.longest)
        default: state = intent == nil ? snapshot.restingState : .indeterminate
        }
        let settlement = GrantSettlement(
            state: state, intent: intent, failureCount: failures,
            coolDownUntil: now.addingTimeInterval(coolDown / .seconds(1)), lastError: reason)
        return settle(settlement, of: snapshot, then: .fail(.refresh(code, reason)))
    }

    /// An intent whose request has ended: nothing can be answered any more, so nobody needs to wait for it.
    func ended(_ intent: RefreshIntent?, at now: Date) -> RefreshIntent? {
        intent.map { intent in
            RefreshIntent(
                tokenFingerprint: intent.tokenFingerprint, attempt: intent.attempt, startedAt: intent.startedAt,
                deadline: min(intent.deadline, now), narrowing: intent.narrowing)
        }
    }
}
