// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What the store knew about a grant at one moment.
package struct GrantSnapshot: Sendable {
    /// The grant's own id.
    package var id: GrantID

    /// Where the connection is in the vault.
    package var path: CredentialPath

    /// Counts token pairs: up by one with each committed pair or connection, and with nothing else.
    ///
    /// "Somebody else refreshed" is told from it, so a recorded intent, a settlement, a taint or a
    /// freeze must leave it alone.
    package var version: Int

    /// The fence: changes with *every* durable write to the grant, so that compare-and-swap on it sees all of them.
    package var revision: Int

    /// The fence of the app: changes whenever its registration or `client_secret` changes.
    package var appRevision: Int

    /// The client that presents the refresh token, with its present `client_secret`.
    package var registration: ClientRegistration

    /// The account's host where the provider has one an account.
    package var accountHost: String?

    /// The provider's stable id of the account, which an answer is checked against.
    package var accountID: String?

    /// What tells this account from others where a rate limit is the account's; a grant of which no more is known is taken for one.
    var pacedAccount: String { accountHost ?? accountID ?? id.description }

    /// What is known about the grant.
    package var state: GrantState

    /// The present access token.
    package var accessToken: Secret?

    /// The present refresh token.
    package var refreshToken: Secret?

    /// How the access token is presented, as the server named it.
    package var tokenType: String?

    /// What the tokens may be used for.
    package var scope: String?

    /// When the present access token was asked for (before the request was sent).
    package var obtainedAt: Date?

    /// When the present access token stops working; absent where nobody knows.
    package var expiresAt: Date?

    /// When the grant ends, however much it is used; absent where nobody knows.
    package var endsAt: Date?

    /// When a refresh is due, jitter included; absent where nothing is ever due.
    package var refreshAt: Date?

    /// When a pair was last committed.
    package var lastRefreshAt: Date?

    /// The intent that is recorded, if any.
    package var intent: RefreshIntent?

    /// Whether the app is frozen: nothing is sent, not even when forced.
    package var isFrozen: Bool

    /// Whether the tokens are on hold (a leak with `hold`): they are handed to nobody, and refreshed unless ``isBarred``.
    package var isHeld: Bool

    /// Whether a rotation has tainted this grant; a refresh never ends a taint, the rotation does.
    package var isTainted: Bool

    /// Failures in a row since the last committed pair.
    package var failureCount: Int

    /// Until when nothing is sent unless forced.
    package var coolDownUntil: Date?

    /// Whether tokens are issued by client credentials (RFC 6749 §4.4), which knows no refresh token.
    package var usesClientCredentials: Bool

    /// A sentence for the operator about the last failure; never a secret, never a raw body.
    package var lastError: String?

    /// Tokens with less than the whole, taken from the present pair.
    package var narrowed: [NarrowedToken]

    /// Whether the grant is of a client that the app is no more: its refresh token is never presented, since it means nothing to
    /// another client.
    package var isStranded: Bool

    /// Whether the tokens are on hold and nothing is sent either, not even when forced: while the leaked `client_secret` may still be
    /// accepted, nobody is given new ones.
    package var isBarred: Bool

    /// What is said of a stranded grant, half a sentence.
    package static let strandedReason = "the app has another client id, and the grant is of the one before"

    /// Puts together what a store read; what is left out is as for a new, healthy grant.
    package init(
        id: GrantID, path: CredentialPath, version: Int, revision: Int, appRevision: Int,
        registration: ClientRegistration, accountHost: String? = nil, accountID: String? = nil,
        state: GrantState = .active, accessToken: Secret? = nil, refreshToken: Secret? = nil,
        tokenType: String? = nil, scope: String? = nil, obtainedAt: Date? = nil, expiresAt: Date? = nil,
        refreshAt: Date? = nil, lastRefreshAt: Date? = nil, intent: RefreshIntent? = nil, isFrozen: Bool = false,
        isHeld: Bool = false, isTainted: Bool = false, failureCount: Int = 0, coolDownUntil: Date? = nil,
        usesClientCredentials: Bool = false, lastError: String? = nil, narrowed: [NarrowedToken] = [],
        endsAt: Date? = nil, isStranded: Bool = false, isBarred: Bool = false
    ) {
        self.id = id
        self.path = path
        self.version = version
        self.revision = revision
        self.appRevision = appRevision
        self.registration = registration
        self.accountHost = accountHost
        self.accountID = accountID
        self.state = state
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.tokenType = tokenType
        self.scope = scope
        self.obtainedAt = obtainedAt
        self.expiresAt = expiresAt
        self.refreshAt = refreshAt
        self.lastRefreshAt = lastRefreshAt
        self.intent = intent
        self.isFrozen = isFrozen
        self.isHeld = isHeld
        self.isTainted = isTainted
        self.failureCount = failureCount
        self.coolDownUntil = coolDownUntil
        self.usesClientCredentials = usesClientCredentials
        self.lastError = lastError
        self.narrowed = narrowed
        self.endsAt = endsAt
        self.isStranded = isStranded
        self.isBarred = isBarred
    }

    /// The narrower token that was kept.
    package func narrowed(to narrowing: TokenNarrowing) -> NarrowedToken? {
        narrowed.last { $0.narrowing == narrowing && $0.accessToken != nil }
    }

    /// The word that there is no such token, or was none for as long as somebody asked for it.
    package func refusal(of narrowing: TokenNarrowing) -> NarrowedToken? {
        narrowed.last { $0.narrowing == narrowing && $0.accessToken == nil }
    }
}

extension GrantSnapshot {
    /// Whether a lost answer can strand the grant: not for client credentials, nor where refresh tokens never rotate.
    var presentsSingleUseToken: Bool {
        !usesClientCredentials && registration.provider.refreshTokens.rotation != .never
    }

    /// The state of a grant that has no trouble of its own.
    var restingState: GrantState { isTainted ? .tainted : .active }
}
