// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

extension TokenClient {
    /// The kind of token that is exchanged and wanted (RFC 8693 §3).
    private static let accessTokenType = "urn:ietf:params:oauth:token-type:access_token"
    /// The kinds of answers to an exchange that are access tokens: a JWT may be one (RFC 8693 §3).
    private static let accessTokenTypes = [accessTokenType, "urn:ietf:params:oauth:token-type:jwt"]

    /// Refreshes for a token with less than the whole of the grant (RFC 6749 §6, RFC 8707 §2.2).
    ///
    /// - Returns: how it ended; a refresh token in it replaces the one that was presented.
    package func refresh(
        _ registration: ClientRegistration, refreshToken: Secret, accountHost: String?, narrowing: TokenNarrowing
    ) async -> TokenOutcome {
        var parameters = TokenParameters()
        parameters.append("refresh_token", secret: refreshToken)
        if registration.provider.sendsRedirectOnRefresh, let redirectURI = registration.redirectURI {
            parameters.append("redirect_uri", redirectURI)
        }
        parameters.append(narrowing)
        return await request(.refresh, registration, parameters, accountHost: accountHost, scope: narrowing.scope)
    }

    /// Asks for the client's own token with less than all (RFC 6749 §4.4, RFC 8707 §2.2).
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - narrowing: what is asked for.
    ///   - usualScope: what is asked for where only an audience or a resource was named.
    /// - Returns: how it ended.
    package func clientCredentials(
        _ registration: ClientRegistration, narrowing: TokenNarrowing, usualScope: String?
    ) async -> TokenOutcome {
        var parameters = TokenParameters()
        parameters.append(narrowing)
        return await request(
            .clientCredentials, registration, parameters, accountHost: nil, scope: narrowing.scope ?? usualScope)
    }

    /// Exchanges an access token for one with less (RFC 8693 §2.1).
    ///
    /// A refresh token in the answer is dropped: it would be a grant beside the grant, and none was asked for
    /// (`requested_token_type`).
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - subject: the grant's own access token.
    ///   - accountHost: where the provider's endpoint depends on the account.
    ///   - narrowing: what is asked for.
    /// - Returns: how it ended; never a refusal, as the grant is not what was judged.
    package func exchange(
        _ registration: ClientRegistration, subject: Secret, accountHost: String?, narrowing: TokenNarrowing
    ) async -> TokenOutcome {
        var parameters = TokenParameters()
        parameters.append("subject_token", secret: subject)
        parameters.append("subject_token_type", Self.accessTokenType)
        parameters.append("requested_token_type", Self.accessTokenType)
        parameters.append(narrowing)
        let outcome = await request(
            .tokenExchange, registration, parameters, accountHost: accountHost, scope: narrowing.scope)
        guard case .accepted(var tokens) = outcome else { return outcome }
        tokens.refreshToken = nil
        // `N_A` says that what was issued is no access token (RFC 8693 §2.2.1).
        let isAccessToken =
            tokens.tokenType?.lowercased() != "n_a"
            && tokens.issuedTokenType.map(Self.accessTokenTypes.contains) ?? true
        guard isAccessToken, tokens.accessToken != nil else {
            return .senseless(
                "\(registration.provider.displayName) answered the exchange with something that is no access token.")
        }
        return .accepted(tokens)
    }
}

extension TokenParameters {
    /// Adds whom a token is for; its scope is written in the provider's own manner elsewhere.
    fileprivate mutating func append(_ narrowing: TokenNarrowing) {
        if let audience = narrowing.audience { append("audience", audience) }
        if let resource = narrowing.resource { append("resource", resource) }
    }
}
