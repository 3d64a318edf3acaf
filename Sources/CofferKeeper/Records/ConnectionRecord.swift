// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
import CofferVault
package import Foundation

/// A connection as the keeper reads and writes it: the fields of an entry of kind ``EntryKind/connection``.
package struct ConnectionRecord: Sendable {
    enum Tag {
        // Use tier
        static let accessToken: UInt16 = 16
        static let tokenType: UInt16 = 17
        static let expiresAt: UInt16 = 18
        static let scope: UInt16 = 19
        static let displayHost: UInt16 = 20
        static let displayAccountID: UInt16 = 21
        static let accountLabel: UInt16 = 22
        static let tokenVersion: UInt16 = 23
        static let obtainedAt: UInt16 = 24
        static let refreshAt: UInt16 = 25
        static let lastRefreshAt: UInt16 = 26
        static let state: UInt16 = 27
        static let lastError: UInt16 = 28
        static let mintedUnder: UInt16 = 29
        static let failureCount: UInt16 = 30
        static let coolDownUntil: UInt16 = 31
        static let narrowed: UInt16 = 32
        static let proofKey: UInt16 = 33
        static let endsAt: UInt16 = 34
        // Issue tier
        static let refreshToken: UInt16 = 48
        static let previousRefreshToken: UInt16 = 49
        static let intentFingerprint: UInt16 = 50
        static let intentAttempt: UInt16 = 51
        static let intentStartedAt: UInt16 = 52
        static let intentDeadline: UInt16 = 53
        static let intentEpoch: UInt16 = 54
        static let accountHost: UInt16 = 55
        static let accountID: UInt16 = 56
        static let usesClientCredentials: UInt16 = 57
        static let stray: UInt16 = 58
        static let leakedAccessToken: UInt16 = 59
        static let appID: UInt16 = 60
        static let wasConfirmed: UInt16 = 61
        static let intentNarrowing: UInt16 = 62
        static let leakedProofKey: UInt16 = 63
        static let applicationToken: UInt16 = 64
        static let server: UInt16 = 65
        static let intentSpillFolder: UInt16 = 66
        static let leakedTokens: UInt16 = 67
        /// The tags of each tier that this program knows.
        static let use = accessToken...endsAt
        static let issue = refreshToken...leakedTokens
    }

    /// The present access token.
    package var accessToken: Secret?
    /// How it is presented.
    package var tokenType: String?
    /// When it stops working.
    package var expiresAt: Date?
    /// What it may be used for.
    package var scope: String?
    /// The account's host, for display.
    package var displayHost: String?
    /// The provider's id of the account, for display.
    package var displayAccountID: String?
    /// What the provider calls the account.
    package var accountLabel: String?
    /// Counts token pairs, from 1.
    package var tokenVersion: Int64 = 0
    /// When the pair was asked for.
    package var obtainedAt: Date?
    /// When a refresh is due.
    package var refreshAt: Date?
    /// When a pair was last committed.
    package var lastRefreshAt: Date?
    /// The state.
    package var state: GrantState = .active
    /// What went wrong last.
    package var lastError: String?
    /// The app's secret epoch under which the present pair was minted.
    package var mintedUnder: Int64 = 0
    /// Failures in a row.
    package var failureCount: Int64 = 0
    /// Until when nothing is sent unless forced.
    package var coolDownUntil: Date?
    /// Tokens with less than the whole, taken from the present pair or, if an older program wrote that, from another.
    var narrowed: [KeptNarrowing] = []
    /// The key in PEM that the tokens are bound to (RFC 9449); readers sign with it too.
    var proofKey: Secret?
    /// When the grant ends, however much it is used, as the description said when it was given.
    package var endsAt: Date?

    /// The present refresh token.
    var refreshToken: Secret?
    /// The one before, kept until the present one has worked once.
    var previousRefreshToken: Secret?
    /// The intent that is recorded.
    var intent: RefreshIntent?
    /// The app's secret epoch when the intent was recorded.
    var intentEpoch: Int64?
    /// Where its answer lies sealed if the vault could not take it; whoever wrote the vault has named it.
    var intentSpillFolder: String?
    /// The account's host, as it decides where secrets are sent.
    var accountHost: String?
    /// The provider's id of the account, as answers are checked against it.
    var accountID: String?
    /// Whether tokens come from client credentials.
    var usesClientCredentials = false
    /// Pairs that wait for a person's decision.
    var strays: [StrayPair] = []
    /// Access tokens that were in force when the app was tainted or after that, kept until their death was asked for.
    var leaked = LeakedTokens()
    /// The app's entry: another app at the same path is another app.
    var appID: EntryID?
    /// Whether a person or `--yes` confirmed the account.
    var wasConfirmed = true
    /// What the provider's webhooks about this account prove themselves with, as Bitrix24's `application_token`.
    var applicationToken: Secret?
    /// The authorization server of the grant; nil: the description's own.
    var server: String?

    /// A new record.
    init() {}

    /// What is said of an account that nobody has confirmed.
    static let unconfirmedReason = "the account was not confirmed; connect it again"

    /// Puts aside what came for an account that nobody has confirmed: none of it is handed out, and nothing is refreshed.
    mutating func parkUnlessConfirmed() {
        guard !wasConfirmed, state == .active, accessToken != nil else { return }
        state = .parked
        lastError = Self.unconfirmedReason
    }

    /// Whether there is something to get new tokens with.
    var isRefreshable: Bool { refreshToken != nil || usesClientCredentials }

    /// The present access token with what it is asked about with.
    var presentToken: LeakedTokens.Token? {
        accessToken.map { LeakedTokens.Token(accessToken: $0, proofKey: proofKey, expiresAt: expiresAt) }
    }

    /// Keeps the present access token, which is about to be replaced, where it leaked, so that its death can be asked for.
    ///
    /// Each one while the taint is open: a refresh with the leaked secret gives another that a thief may have.
    mutating func keepLeaked(under app: AppRecord, at now: Date) {
        guard app.taints(mintedUnder: mintedUnder), app.keepsLeakedTokens, let presentToken else { return }
        leaked.keep(presentToken, at: now)
    }

    /// Forgets what leaked, once its death was asked for.
    ///
    /// - Returns: whether anything was kept.
    mutating func forgetLeaked() -> Bool {
        guard !leaked.isEmpty else { return false }
        leaked = LeakedTokens()
        return true
    }
}
