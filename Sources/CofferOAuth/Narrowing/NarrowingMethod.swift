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

    /// The way to a narrower token: what is stated, or else the one by which nothing can be lost.
    ///
    /// A refresh with a narrower scope is safe where the refresh token is never replaced. Elsewhere the server issues
    /// another one, which must have the scope of the old one (RFC 6749 §6), and which some servers narrow too
    /// (django-oauth-toolkit 3.4.1): then the whole grant would be narrow from there on. So that must be stated.
    package var narrowingMethod: NarrowingMethod {
        if let narrowing { return narrowing }
        return refreshTokens.rotation == .never ? .refresh : .none
    }

    /// Why a grant of this provider has no narrower tokens; `nil` if it has.
    package var narrowingObstacle: OAuthError? {
        switch narrowingMethod {
        case .exchange: return nil
        case .refresh where refreshTokens.accessSurvivesRefresh == false:
            return OAuthError(
                .unsupported,
                "A refresh at \(displayName) ends the access token before it, so a narrower token would end the whole one."
            )
        case .refresh: return nil
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
