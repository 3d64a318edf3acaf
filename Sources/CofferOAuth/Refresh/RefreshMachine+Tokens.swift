// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RefreshMachine {
    /// Commits what came, whatever else is wrong with it.
    mutating func commit(
        _ tokens: IssuedTokens, to snapshot: GrantSnapshot, at now: Date, random: Double
    ) -> Action {
        if isBeside, let narrowing { return keep(tokens, narrowing, beside: snapshot, at: now) }
        if isOverlapped(by: snapshot), narrowing == nil, isThere(tokens, in: snapshot) {
            return .finish(RefreshedGrant(snapshot: snapshot, isRenewed: true, note: nil))
        }
        let (renewal, ending) = renewal(of: snapshot, with: tokens, at: now, random: random)
        phase = .committing(tokens, ending)
        return .commit(renewal, for: snapshot)
    }

    /// Whether what came is the pair that somebody else has got for the same refresh token, within a grace period.
    private func isThere(_ tokens: IssuedTokens, in snapshot: GrantSnapshot) -> Bool {
        tokens.accessToken != nil && tokens.accessToken == snapshot.accessToken
            && (tokens.refreshToken == nil || tokens.refreshToken == snapshot.refreshToken)
    }

    /// The judgement of an answer, which decides how it is written and never whether.
    private func renewal(
        of snapshot: GrantSnapshot, with tokens: IssuedTokens, at now: Date, random: Double
    ) -> (renewal: GrantRenewal, ending: Ending) {
        var renewal = GrantRenewal(
            tokens: checked(tokens, against: snapshot), placement: .current, state: snapshot.restingState,
            obtainedAt: sentAt, refreshAt: refreshAt(of: snapshot, with: tokens, random: random),
            spendsPresentToken: spendsPresentToken(of: snapshot, with: tokens))
        if isOverlapped(by: snapshot) {
            // Another pair was committed while ours was on its way (a lost lock, or a person
            // connected anew): theirs stays present and ours is kept, in case theirs is dead.
            renewal.placement = .aside
            // A narrower access token is none of a pair.
            if narrowing != nil { renewal.tokens.accessToken = nil }
            renewal.state = snapshot.state
            renewal.refreshAt = snapshot.refreshAt
            renewal.spendsPresentToken = false
            renewal.failureCount = snapshot.failureCount
            renewal.coolDownUntil = snapshot.coolDownUntil
            renewal.lastError = "two refreshes overlapped; the second pair is kept aside"
            return (renewal, .serve(note: renewal.lastError))
        }
        if let expected = snapshot.accountID, let found = tokens.accountID, expected != found {
            let reason = "the provider answered for another account; its tokens are kept aside"
            renewal.placement = .aside
            renewal.state = .parked
            renewal.refreshAt = nil
            renewal.spendsPresentToken = true
            renewal.failureCount = snapshot.failureCount + 1
            renewal.lastError = reason
            return (renewal, .fail(.refresh(.needsReauthorization, reason)))
        }
        if let narrowing { return narrowedRenewal(renewal, of: snapshot, narrowing, tokens, at: now) }
        if lostIntent?.narrowing != nil, tokens.refreshToken != nil { return recoveredRenewal(renewal, of: snapshot) }
        if snapshot.state.isPersons {
            // It was taken out of use while the request was on its way; its tokens are kept, and it stays out of use.
            renewal.state = snapshot.state
            renewal.lastError = snapshot.lastError
            return (renewal, .fail(.refresh(.needsReauthorization, snapshot.lastError)))
        }
        guard let nonsense = nonsense(in: tokens, at: now) else {
            return (renewal, .serve(note: note(on: tokens, at: now, provider: snapshot.registration.provider)))
        }
        renewal.failureCount = snapshot.failureCount + 1
        let coolDown = CoolDown.duration(failureCount: renewal.failureCount, retryAfter: nil, random: random)
        renewal.coolDownUntil = now.addingTimeInterval(coolDown / .seconds(1))
        renewal.lastError = nonsense
        return (renewal, .fail(.refresh(.nonsense, nonsense)))
    }

    /// What makes an answer useless to a caller, although its tokens are kept.
    private func nonsense(in tokens: IssuedTokens, at now: Date) -> String? {
        if tokens.accessToken == nil { return "the provider's answer held no access token; its refresh token is saved" }
        if let expiresAt = tokens.expiresAt, expiresAt <= now {
            return "the provider issued an access token that had already expired; its tokens are saved"
        }
        return nil
    }

    /// Whether the presented refresh token is spent by this answer.
    ///
    /// No new refresh token means: keep the old one (RFC 6749 §6), unless its provider always
    /// rotates, for then the presented one is gone and nothing replaced it.
    private func spendsPresentToken(of snapshot: GrantSnapshot, with tokens: IssuedTokens) -> Bool {
        guard let present = snapshot.refreshToken, !snapshot.usesClientCredentials else { return false }
        guard let new = tokens.refreshToken else {
            return snapshot.registration.provider.refreshTokens.rotation == .always
        }
        return new != present
    }

    /// When to refresh next.
    private func refreshAt(of snapshot: GrantSnapshot, with tokens: IssuedTokens, random: Double) -> Date? {
        guard tokens.accessToken != nil else { return snapshot.refreshAt }
        let windows = RefreshWindows(
            obtainedAt: sentAt, expiresAt: tokens.expiresAt, provider: snapshot.registration.provider)
        // Where a timed refresh is forbidden it is so for this reason, too.
        if snapshot.registration.provider.refreshPolicy == .ahead, let old = snapshot.expiresAt,
            let new = tokens.expiresAt, abs(new.timeIntervalSince(old)) <= 1, new > sentAt
        {
            // The same expiry again: not yet renewable, which is no reason to loop. Asked once more at the very end.
            return new.addingTimeInterval(-windows.hardSeconds)
        }
        return windows.refreshAt(jitter: random)
    }

    /// Drops a host that is not confirmed: a renamed account's new host, which the token client has
    /// held against the description, is saved only when the answer carries the account's known id.
    private func checked(_ tokens: IssuedTokens, against snapshot: GrantSnapshot) -> IssuedTokens {
        guard let host = tokens.accountHost, host != snapshot.accountHost else { return tokens }
        let isConfirmed =
            snapshot.accountHost == nil || (snapshot.accountID != nil && snapshot.accountID == tokens.accountID)
        if isConfirmed { return tokens }
        var tokens = tokens
        tokens.accountHost = nil
        return tokens
    }

    /// What a caller should know about a token that lives shorter than it asked.
    private func note(on tokens: IssuedTokens, at now: Date, provider: ProviderDescription) -> String? {
        guard case .usable(let minimumValidity?) = demand, let expiresAt = tokens.expiresAt else { return nil }
        let windows = RefreshWindows(obtainedAt: sentAt, expiresAt: expiresAt, provider: provider)
        if windows.meets(minimumValidity, at: now) { return nil }
        return "the provider's tokens live \(Int(expiresAt.timeIntervalSince(now))) seconds, shorter than asked"
    }
}
