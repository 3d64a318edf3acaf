// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension GrantSnapshot {
    /// Whether its narrower tokens are had without the refresh token: by an exchange, or as the client's own.
    var narrowsBeside: Bool {
        usesClientCredentials || registration.provider.narrowingMethod == .exchange
    }

    /// Why there is no way to such a token.
    func obstacle(to narrowing: TokenNarrowing) -> OAuthError? {
        let provider = registration.provider
        // A client asks for its own token with a scope each time (RFC 6749 §4.4.2): nothing need be stated of that.
        if !usesClientCredentials || provider.narrowing != nil, let error = provider.narrowingObstacle { return error }
        if narrowsBeside {
            // A server may well give a client more than this grant has; whoever asks for less must not get that.
            if let excess = narrowing.firstScope(beyond: scope) {
                return OAuthError(
                    .configuration,
                    "The connection was not granted the scope \(excess), so it has no token for it; connect it with that scope."
                )
            }
            guard usesClientCredentials || accessToken != nil else {
                return OAuthError(
                    .needsReauthorization, "There is no access token to exchange; connect the account again.")
            }
            return nil
        }
        guard refreshToken != nil else {
            return OAuthError(.unsupported, "There is no refresh token, and so no way to a narrower token.")
        }
        return nil
    }
}
