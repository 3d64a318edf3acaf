// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// One refresh of one grant as a pure machine: an event goes in, the one next action comes out.
///
/// It is driven under the grant's lock, beginning with `read`:
///
/// ```
/// read -> finish | fail                       it serves already; or frozen, blocked, cooling down
///      -> send -> commit -> finish            a client's own grant, or an exchange: no refresh token is presented
///      -> wait -> read                        another's intent may still be answered
///      -> inquire -> record | settle          nobody heard what became of a request: the provider is asked first
///      -> record -> send -> commit -> finish  whatever else is wrong with an answer, its tokens are
///                        |         -> fail    committed first and judged in the same transaction
///                        -> settle -> fail    refused, unprocessed, not sent, no answer
/// ```
///
/// The fence of the store can refuse a write at any point (`superseded`): a record is then decided
/// anew, a commit is repeated on what is read (never dropped), a settlement likewise.
package struct RefreshMachine: Sendable {
    /// What happened.
    package enum Event: Sendable {
        /// The grant was read under the lock.
        case read(GrantSnapshot)
        /// The intent is durable.
        case recorded(GrantSnapshot)
        /// The token request ended.
        case answered(TokenOutcome)
        /// The provider was asked, or was to be asked, what became of the refresh token.
        case inquired(RefreshTokenFate)
        /// The account was looked for; its host, if that is known.
        case located(String?)
        /// The renewal is durable.
        case committed(GrantSnapshot)
        /// The settlement is durable.
        case settled(GrantSnapshot)
        /// The store refused the last write, since the grant changed under us.
        case superseded
        /// The store refused to record an intent, or a question, since the refresh token was spent.
        case spent
        /// There was no place for the request, or the process ends; only where ``RefreshMachine/holdsUnsentIntent``.
        case heldBack(hasNoPlace: Bool)
    }

    /// What to do next.
    package enum Action: Sendable {
        /// Read the grant.
        case read
        /// Wait on a monotonic clock, say for how long (``RefreshMachine/hasWaited(_:)``), then read.
        case wait(Duration)
        /// Wait for the pace, then record an intent whose deadline is the request's and the commit's.
        case record(attempt: Int, for: GrantSnapshot)
        /// Ask for tokens: by client credentials if the grant uses them, else with its refresh token.
        case send(GrantSnapshot)
        /// Ask the provider's introspection what became of the refresh token.
        case inquire(GrantSnapshot)
        /// Ask where the account is that is not at its host any more.
        case locate(GrantSnapshot)
        /// Commit what came.
        case commit(GrantRenewal, for: GrantSnapshot)
        /// Write how it ended.
        case settle(GrantSettlement, for: GrantSnapshot)
        /// Over: the grant serves.
        case finish(RefreshedGrant)
        /// Over: it does not.
        case fail(OAuthError)
    }

    /// How the machine ends once its last write is durable.
    enum Ending: Sendable {
        case serve(note: String?)
        case fail(OAuthError)
        /// The repetition of a lost answer saved the refresh token and no more, or the account's new host is known: now for
        /// what was demanded.
        case goOn
    }

    /// What the machine waits for.
    enum Phase: Sendable {
        case deciding
        case recording(attempt: Int, GrantSnapshot)
        case sending(attempt: Int, GrantSnapshot)
        case inquiring(RefreshIntent, GrantSnapshot)
        case locating(GrantSnapshot, Setback)
        case committing(IssuedTokens, Ending)
        case settling(GrantSettlement, Ending)
    }

    /// How often a write that the fence refused is tried anew; each needs somebody else to have written meanwhile.
    static let longestContention = 8

    let demand: RefreshDemand
    let seenVersion: Int
    let limits: RefreshLimits
    var phase = Phase.deciding
    /// The overdue intent that was found, if this is its repetition.
    var lostIntent: RefreshIntent?
    /// What says that the token about to be presented is good, although a request with it got no answer.
    package internal(set) var evidence: String?
    /// The intent that was found under the lock, if its request may have been another's.
    var awaited: AwaitedIntent?
    /// Whether the account's new host was asked for: once in a flight.
    var wasLocated = false
    /// The intent of this flight's own request, of which nothing came and which is about to be repeated.
    var repeatedIntent: RefreshIntent?
    /// The version whose refresh token was presented.
    var presentedVersion = 0
    /// The app's revision when the request was decided on.
    var presentedAppRevision = 0
    /// The refresh token that was presented: one that came with a narrower token replaces it without a new version.
    var presentedToken: Secret?
    /// When the request was about to be sent.
    var sentAt = Date.distantPast
    /// Whether a failure before the first byte has been repeated already.
    var hasResent = false
    var contentions = 0
    /// What the present request is narrowed to.
    package internal(set) var narrowing: TokenNarrowing?
    /// Whether the present request asks for a narrower token without the refresh token; see `narrowsBeside`.
    package internal(set) var isBeside = false

    /// A machine for one flight.
    ///
    /// - Parameters:
    ///   - demand: why.
    ///   - seenVersion: the grant's version when the demand was made; a newer one answers a forced demand.
    ///   - limits: the bounds.
    package init(demand: RefreshDemand, seenVersion: Int, limits: RefreshLimits = RefreshLimits()) {
        self.demand = demand
        self.seenVersion = seenVersion
        self.limits = limits
    }

    /// Takes an event and says what to do.
    ///
    /// - Parameters:
    ///   - event: what happened since the last action.
    ///   - now: the wall clock's time.
    ///   - random: 0 ..< 1, for jitter.
    /// - Returns: the one next action.
    package mutating func handle(_ event: Event, at now: Date, random: Double) -> Action {
        switch (event, phase) {
        case (.superseded, _):
            contentions += 1
            guard contentions < Self.longestContention else { return .fail(.refresh(.superseded)) }
            switch phase {
            case .recording, .sending, .inquiring: phase = .deciding
            default: break
            }
            return .read
        case (.spent, .recording(_, let snapshot)), (.spent, .inquiring(_, let snapshot)):
            return giveUp(
                snapshot, intent: snapshot.intent, reason: "the refresh token was spent and nothing replaced it")
        case (.heldBack(hasNoPlace: true), .recording(_, let snapshot)):
            return postpone(
                snapshot, "there was no place for the request under the rate limit", at: now, random: random)
        case (.heldBack, .recording(_, let snapshot)):
            return withdraw(snapshot, "the request could not be sent", at: now, random: random)
        case (.read(let snapshot), .deciding):
            return decide(snapshot, at: now)
        case (.read(let snapshot), .committing(let tokens, _)):
            return commit(tokens, to: snapshot, at: now, random: random)
        case (.read(let snapshot), .settling(let settlement, let ending)):
            // Somebody committed a pair: how ours ended is of no interest to the grant any more.
            guard !isOverlapped(by: snapshot) else {
                return serves(snapshot, at: now)
                    ? .finish(RefreshedGrant(snapshot: snapshot, isRenewed: false, note: nil))
                    : end(ending, with: snapshot, isRenewed: false)
            }
            return .settle(settlement.heeding(snapshot.state), for: snapshot)
        case (.recorded(let snapshot), .recording(let attempt, _)):
            return send(snapshot, attempt: attempt, at: now)
        case (.answered(let outcome), .sending(let attempt, let snapshot)):
            return judge(outcome, of: snapshot, attempt: attempt, at: now, random: random)
        case (.inquired(let fate), .inquiring(let intent, let snapshot)):
            return follow(fate, of: intent, in: snapshot, at: now, random: random)
        case (.located(let host), .locating(let snapshot, let setback)):
            return relocate(snapshot, to: host, setback, at: now, random: random)
        case (.committed, .committing(_, .goOn)):
            contentions += 1
            guard contentions < Self.longestContention else { return .fail(.refresh(.superseded)) }
            lostIntent = nil
            phase = .deciding
            return .read
        case (.committed(let snapshot), .committing(_, let ending)):
            return end(ending, with: snapshot, isRenewed: true)
        case (.settled(let snapshot), .settling(_, let ending)):
            return end(ending, with: snapshot, isRenewed: false)
        default:
            preconditionFailure("a refresh got an event that answers none of its actions")
        }
    }

    /// Whether somebody else's answer was committed since ours was asked for.
    func isOverlapped(by snapshot: GrantSnapshot) -> Bool {
        snapshot.version != presentedVersion || snapshot.refreshToken != presentedToken
    }

    /// Whether an intent stands whose request was not sent: left behind, it would look like one whose answer was lost.
    package var holdsUnsentIntent: Bool {
        if case .recording = phase { hasResent } else { false }
    }

    /// Ends, now that the last write is durable.
    private mutating func end(_ ending: Ending, with snapshot: GrantSnapshot, isRenewed: Bool) -> Action {
        switch ending {
        case .serve(let note):
            return .finish(RefreshedGrant(snapshot: snapshot, isRenewed: isRenewed, note: note))
        case .fail(let error):
            return .fail(error)
        case .goOn:
            phase = .deciding
            return .read
        }
    }
}
