// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a token endpoint issued (RFC 6749 §5.1), as far as it made sense.
///
/// Either token may be absent: a refresh token is saved before anyone asks what else is wrong.
package struct IssuedTokens: Sendable, Equatable {
    /// The access token; `nil` if the answer held none, or broke off.
    package var accessToken: Secret?
    /// The refresh token; `nil` means: keep the one there is.
    package var refreshToken: Secret?
    /// How to present the access token; `Bearer` if absent.
    package var tokenType: String?
    /// When the access token expires, counted from before the request was sent; `nil`: usable until rejected.
    package var expiresAt: Date?
    /// The granted scope, if the answer named it.
    package var scope: String?
    /// The account's host, if the answer named one that the description allows.
    package var accountHost: String?
    /// The authorization server of the grant, if the answer named one that the description allows.
    package var server: String?
    /// The account's stable id; a hint where it comes from a JWT whose signature nobody can check.
    package var accountID: String?
    /// A name for people.
    package var accountLabel: String?
    /// The `nonce` of the ID token, which must be the attempt's (OpenID Connect Core §3.1.3.7).
    package var idTokenNonce: Secret?
    /// Whether there was an ID token, whatever is in it.
    package var hasIDToken = false
    /// Why the ID token is not to be believed (OpenID Connect Core §3.1.3.7), but for its nonce; `nil` also where there is none.
    package var idTokenFault: String?
    /// What kind of token an exchange brought (RFC 8693 §2.2.1).
    package var issuedTokenType: String?
    /// The key in PEM that the tokens are bound to (RFC 9449), where they are.
    package var proofKey: Secret?
    /// What the account's webhooks prove themselves with, where the tokens came with an installation.
    package var webhookToken: Secret?

    /// Puts an answer together.
    package init(
        accessToken: Secret? = nil, refreshToken: Secret? = nil, tokenType: String? = nil, expiresAt: Date? = nil,
        scope: String? = nil, accountHost: String? = nil, accountID: String? = nil, accountLabel: String? = nil
    ) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.tokenType = tokenType
        self.expiresAt = expiresAt
        self.scope = scope
        self.accountHost = accountHost
        self.accountID = accountID
        self.accountLabel = accountLabel
    }
}
