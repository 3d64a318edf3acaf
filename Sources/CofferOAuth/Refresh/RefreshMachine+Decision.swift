// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RefreshMachine {
    /// Decides, under the lock, whether anything is to be sent.
    mutating func decide(_ snapshot: GrantSnapshot, at now: Date) -> Action {
        presentedVersion = snapshot.version
        presentedAppRevision = snapshot.appRevision
        presentedToken = snapshot.refreshToken
        evidence = nil
        let repeated = repeatedIntent
        repeatedIntent = nil
        if let own = repeated, let intent = snapshot.intent, intent.attempt == own.attempt,
            intent.tokenFingerprint == own.tokenFingerprint, isWithinGrace(own, of: snapshot, at: now)
        {
            // Our own request has ended: nobody's answer is waited for. A machine that slept meanwhile may be too late.
            lostIntent = own
            return present(snapshot, attempt: own.attempt + 1, at: now)
        }
        if let ending = foresee(snapshot, at: now) { return ending }
        isBeside = demand.narrowing != nil && snapshot.narrowsBeside
        // Nothing of the grant is spent, so that nobody's request is waited for, and no lost answer is resolved.
        if isBeside { return present(snapshot, attempt: 1, at: now) }
        if let intent = snapshot.intent {
            if let pause = pause(for: intent, at: now) { return .wait(pause) }
            // Waited out: with a deadline from before the clock was set back the next flight would wait as long again.
            return resolve(ended(intent, at: now) ?? intent, of: snapshot, at: now)
        }
        return present(snapshot, attempt: 1, at: now)
    }

    /// Whether the grant answers the demand as it is.
    func serves(_ snapshot: GrantSnapshot, at now: Date) -> Bool {
        guard snapshot.accessToken != nil, !snapshot.state.needsPerson else { return false }
        if case .narrowed(let narrowing, let minimumValidity) = demand {
            let provider = snapshot.registration.provider
            guard !snapshot.isHeld else { return false }
            return snapshot.narrowed(to: narrowing)?.serves(minimumValidity, at: now, provider: provider) ?? false
        }
        let windows = RefreshWindows(snapshot)
        func freshness(_ minimumValidity: Duration?) -> Freshness {
            windows.freshness(at: now, minimumValidity: minimumValidity, refreshAt: snapshot.refreshAt)
        }
        switch demand {
        case .due:
            // A fresh token with an unresolved intent beside it is not nothing to do.
            return snapshot.intent == nil && freshness(nil) == .fresh
        case .usable(let minimumValidity):
            return freshness(minimumValidity) < .hard
        case .rejected(let version):
            return snapshot.version > version && freshness(nil) < .hard
        case .forced:
            return snapshot.version > seenVersion && freshness(nil) < .hard
        case .narrowed:
            return false
        }
    }

    /// What forbids sending anything.
    func obstacle(_ snapshot: GrantSnapshot, at now: Date) -> OAuthError? {
        if snapshot.state.needsPerson { return .refresh(.needsReauthorization, snapshot.lastError) }
        if snapshot.isFrozen { return .refresh(.frozen) }
        if snapshot.isBarred { return .barred }
        if let error = narrowingObstacle(snapshot, at: now) { return error }
        if demand.isForced { return nil }
        if snapshot.state == .blocked { return .refresh(.blocked, snapshot.lastError) }
        if let remaining = coolDown(of: snapshot, at: now) {
            let code: OAuthError.Code = snapshot.state == .paymentRequired ? .paymentRequired : .coolDown
            return .refresh(code, snapshot.lastError, retryAfter: remaining)
        }
        if case .rejected = demand, limits.doubtsRejection(of: snapshot.obtainedAt, at: now) {
            return .refresh(
                .coolDown, "the rejected access token was issued moments ago", retryAfter: limits.rejectionQuiet)
        }
        return nil
    }

    /// What is left of a cool-down.
    ///
    /// One that is longer than any that Coffer sets comes from a clock that was set back, and counts for nothing.
    private func coolDown(of snapshot: GrantSnapshot, at now: Date) -> Duration? {
        guard let seconds = snapshot.coolDownUntil?.timeIntervalSince(now), seconds > 0 else { return nil }
        guard seconds <= CoolDown.longestRetryAfter / .seconds(1) else { return nil }
        return .seconds(seconds)
    }

    /// Decides about an intent whose request can no longer be answered.
    private mutating func resolve(_ intent: RefreshIntent, of snapshot: GrantSnapshot, at now: Date) -> Action {
        // A token that is never replaced can't be lost with an answer.
        guard snapshot.presentsSingleUseToken else { return present(snapshot, attempt: 1, at: now) }
        // What became of the whole grant is found out for its own sake, never for a part of it.
        if demand.narrowing != nil {
            let error = OAuthError.refresh(.indeterminate, Self.explanation(of: intent))
            return intent == snapshot.intent ? .fail(error) : end(intent, of: snapshot, then: .fail(error))
        }
        if intent.attempt < 2, isWithinGrace(intent, of: snapshot, at: now) {
            // The one repetition that does not wait for the access token to end: inside its grace
            // period the provider answers with the same pair, and after it the account is lost.
            lostIntent = intent
            return present(snapshot, attempt: intent.attempt + 1, at: now)
        }
        if stillServes(snapshot, at: now) { return leave(intent, of: snapshot, at: now) }
        // To another client than its own a refresh token is not shown, not even to ask about it.
        guard !snapshot.isStranded else {
            return giveUp(snapshot, intent: nil, reason: GrantSnapshot.strandedReason)
        }
        if mayInquire(snapshot) {
            phase = .inquiring(intent, snapshot)
            return .inquire(snapshot)
        }
        return repeatOnce(intent, of: snapshot, at: now)
    }

    /// Presents the token of a lost answer one more time where that is allowed; else only a person can help.
    mutating func repeatOnce(_ intent: RefreshIntent, of snapshot: GrantSnapshot, at now: Date) -> Action {
        let isFirst = intent.attempt < 2
        if isFirst, snapshot.registration.provider.refreshTokens.retryAfterLostAnswer {
            lostIntent = intent
            return present(snapshot, attempt: intent.attempt + 1, at: now)
        }
        let reason =
            isFirst ? "; this provider forbids presenting the token again" : ", and neither did its repetition"
        return giveUp(snapshot, intent: intent, reason: Self.explanation(of: intent) + reason)
    }

    /// Whether the provider promises to repeat its lost answer.
    func isWithinGrace(_ intent: RefreshIntent, of snapshot: GrantSnapshot, at now: Date) -> Bool {
        guard let grace = snapshot.registration.provider.refreshTokens.grace else { return false }
        let age = now.timeIntervalSince(intent.startedAt)
        return age >= 0 && age < grace / .seconds(1)
    }

    /// Whether the present access token still works, so that a repetition, which may end it too, can wait.
    private func stillServes(_ snapshot: GrantSnapshot, at now: Date) -> Bool {
        guard snapshot.accessToken != nil else { return false }
        if demand.isForced { return false }
        if case .rejected(let version) = demand, version >= snapshot.version { return false }
        return snapshot.expiresAt.map { $0 > now } ?? true
    }

    /// Leaves an unresolved intent alone for as long as the access token serves.
    private mutating func leave(_ intent: RefreshIntent, of snapshot: GrantSnapshot, at now: Date) -> Action {
        let reason = Self.explanation(of: intent)
        let ending: Ending
        if case .usable = demand {
            ending = .serve(note: "\(reason); the present access token is used until it ends")
        } else {
            // Before its end the answer would be the same; one of which no end is known is looked at again each hour.
            let rest = snapshot.expiresAt.map { Duration.seconds($0.timeIntervalSince(now)) }
            ending = .fail(.refresh(.indeterminate, reason, retryAfter: rest ?? CoolDown.longestRetryAfter))
        }
        if snapshot.state == .indeterminate, snapshot.intent == intent {
            switch ending {
            case .fail(let error): return .fail(error)
            case .serve(let note):
                return .finish(RefreshedGrant(snapshot: snapshot, isRenewed: false, note: note))
            case .goOn: break
            }
        }
        let settlement = GrantSettlement(
            state: .indeterminate, intent: intent, failureCount: snapshot.failureCount + 1, lastError: reason)
        return settle(settlement, of: snapshot, then: ending)
    }

    /// Writes the end of an intent that was waited out, and nothing else.
    private mutating func end(_ intent: RefreshIntent, of snapshot: GrantSnapshot, then ending: Ending) -> Action {
        let settlement = GrantSettlement(
            state: snapshot.state, intent: intent, failureCount: snapshot.failureCount,
            coolDownUntil: snapshot.coolDownUntil, lastError: snapshot.lastError)
        return settle(settlement, of: snapshot, then: ending)
    }

    /// Says that only a person can help.
    ///
    /// The intent stays as evidence, since the token's fate was never learnt.
    mutating func giveUp(_ snapshot: GrantSnapshot, intent: RefreshIntent?, reason: String) -> Action {
        let settlement = GrantSettlement(
            state: .needsReauthorization, intent: intent, failureCount: snapshot.failureCount + 1, lastError: reason)
        return settle(settlement, of: snapshot, then: .fail(.refresh(.needsReauthorization, reason)))
    }

    /// Goes on to present the grant's token, or says why it can't.
    mutating func present(_ snapshot: GrantSnapshot, attempt: Int, at now: Date) -> Action {
        // A repetition asks for the whole: refused for the narrowing's sake, it would tell nothing of the grant.
        narrowing = attempt > 1 ? nil : demand.narrowing
        guard !snapshot.isStranded else {
            return giveUp(snapshot, intent: nil, reason: GrantSnapshot.strandedReason)
        }
        if isBeside || snapshot.usesClientCredentials { return send(snapshot, attempt: attempt, at: now) }
        guard snapshot.refreshToken != nil else {
            return endWithoutRefreshToken(snapshot, at: now)
        }
        phase = .recording(attempt: attempt, snapshot)
        return .record(attempt: attempt, for: snapshot)
    }

    /// Some providers issue no refresh token: the access token serves until it ends.
    private mutating func endWithoutRefreshToken(_ snapshot: GrantSnapshot, at now: Date) -> Action {
        if stillServes(snapshot, at: now) {
            return .finish(RefreshedGrant(snapshot: snapshot, isRenewed: false, note: "there is no refresh token"))
        }
        // Forcing must not end a grant whose access token works.
        if demand.isForced, snapshot.accessToken != nil, snapshot.expiresAt.map({ $0 > now }) ?? true {
            return .fail(.refresh(.needsReauthorization, "there is no refresh token; the access token still works"))
        }
        return giveUp(snapshot, intent: nil, reason: "the access token ended and there is no refresh token")
    }

    /// Sends the request.
    mutating func send(_ snapshot: GrantSnapshot, attempt: Int, at now: Date) -> Action {
        sentAt = now
        phase = .sending(attempt: attempt, snapshot)
        return .send(snapshot)
    }

    /// Writes an ending.
    mutating func settle(_ settlement: GrantSettlement, of snapshot: GrantSnapshot, then ending: Ending) -> Action {
        phase = .settling(settlement, ending)
        return .settle(settlement, for: snapshot)
    }

    /// What an unanswered intent tells a person.
    static func explanation(of intent: RefreshIntent) -> String {
        "a token request sent at \(intent.startedAt.ISO8601Format()) \(noAnswer)"
    }

    /// Whether a grant's `lastError` tells of a request of our own that got no answer, which explains a refusal after it.
    package static func tellsOfLostAnswer(_ lastError: String) -> Bool { lastError.contains(noAnswer) }

    private static let noAnswer = "got no complete answer"
}
