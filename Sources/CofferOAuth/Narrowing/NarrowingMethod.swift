// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderDescription {
    /// How a token with less than the whole of its grant is had.
    package enum NarrowingMethod: String, Sendable, Codable {
        /// By a refresh that names a scope, audience or resource (RFC 6749 §6, RFC 8707 §2.2).
        case refresh
        /// By an exchange of the grant's own access token (RFC 8693), which touches no refresh token.
        case exchange
        /// Not at all.
        case none
    }

    /// The way to a narrower token: what is stated, and else none.
    ///
    /// Nothing else tells. Where refresh tokens are replaced, the one that comes with a narrower token must have the scope
    /// of the old one (RFC 6749 §6), and some servers narrow it too (django-oauth-toolkit 3.4.1): then the whole grant
    /// would be narrow from there on. Where they are never replaced, a server may pass over the scope without a word, and
    /// then more is handed out than was asked for.
    package var narrowingMethod: NarrowingMethod { narrowing ?? .none }

    /// Why a grant of this provider has no narrower tokens; `nil` if it has.
    package var narrowingObstacle: OAuthError? {
        switch narrowingMethod {
        case .exchange: return nil
        case .refresh where refreshTokens.accessSurvivesRefresh == false:
            return OAuthError(
                .unsupported,
                "A refresh at \(displayName) ends the access token before it, so a narrower token would end the whole one."
            )
        case .refresh where refreshTokens.spendsOnError:
            return OAuthError(
                .unsupported,
                "A refresh that \(displayName) refuses may spend the refresh token, so a narrower token is not asked for by one."
            )
        case .refresh: return nil
        case .none where narrowing != nil:
            return OAuthError(.unsupported, "\(displayName) has no narrower tokens, as its description says.")
        case .none:
            return OAuthError(
                .unsupported,
                """
                The description of \(displayName) does not say how a narrower token is had without narrowing the whole \
                connection (tokens.narrowing).
                """)
        }
    }
}
