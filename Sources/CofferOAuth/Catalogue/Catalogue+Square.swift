// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Square.
    static let square = CatalogueEntry(
        ProviderDescription(
            id: "square", displayName: "Square",
            endpoints: Endpoints(
                authorization: "https://connect.squareup.com/oauth2/authorize",
                token: "https://connect.squareup.com/oauth2/token"), domains: ["connect.squareup.com"],
            clientAuthentication: .post, tokenBody: .json,
            authorizationRequest: AuthorizationRequestStyle(
                pkce: false, loopbackRedirect: false, extra: ["session": "false"]),
            lifetimes: TokenLifetimes(accessToken: .seconds(30 * 86_400)),
            refreshTokens: RefreshTokenBehaviour(rotation: .never, accessSurvivesRefresh: true),
            revocationReach: .grant, tokenProbe: .api(path: "https://connect.squareup.com/v2/locations"),
            accountLookup: .answerField("merchant_id"),
            answer: AnswerPaths(expiresIn: "expires_at", expiryUnit: .atText),
            windows: StatedWindows(soft: .seconds(23 * 86_400))),
        documentation: "https://developer.squareup.com/docs/oauth-api/overview",
        notes: [
            """
            expires_at is an ISO 8601 text (2006-01-02T15:04:05Z), not a number, and there is no \
            expires_in: a parser of numbers fails or takes the token for endless.
            """,
            """
            With the secret (code flow) the refresh token serves for ever and each answer returns the \
            same one; with PKCE it serves once and dies after 90 days (refresh_token_expires_at is sent \
            then). The two flows must not be mixed, hence pkce: unsupported here: the secret is the \
            better choice for a server.
            """,
            """
            Revocation: POST /oauth2/revoke with the header Authorization: Client APPLICATION_SECRET and \
            a JSON body of client_id and access_token or merchant_id; whichever token is named, ALL \
            tokens of that seller for the app end, unless revoke_only_access_token is true.
            """,
            """
            The vendor wants a refresh every 7 days or oftener and an alarm at 8 days, so that a failed \
            refresh is seen long before the 30 days are over.
            """,
            """
            POST /oauth2/token/status with the access token tells scopes, expiry, client_id and \
            merchant_id; UNAUTHORIZED when dead.
            """,
            """
            Sandbox has its own host, connect.squareupsandbox.com, where an http://localhost redirect is \
            allowed; production needs https. session=false is for production.
            """,
            """
            Errors are a list, errors[] with category, code, detail, not OAuth's error member, on the \
            API; for the token endpoint ObtainTokenResponse also has errors.
            """,
            "An unused refresh token does not expire.",
            "A refresh token has no greatest age.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/square/connect-api-specification/blob/5733f6624e9a5b930a8426f0e02a6bf7e35c6c0f/api.json",
                read: "2026-11-21",
                fields: [
                    "endpoints", "client", "answer", "tokens", "account", "revocation_reach", "endpoints.revocation",
                    "notes",
                ]),
            DescriptionSource(
                "https://developer.squareup.com/docs/oauth-api/overview", read: "2026-11-21",
                fields: ["documentation", "authorization.loopback", "tokens.access_lifetime", "tokens.idle_expiry"]),
            DescriptionSource(
                "https://developer.squareup.com/docs/oauth-api/refresh-revoke-limit-scope", read: "2026-11-21",
                fields: ["tokens.early_refresh", "windows", "probes.token"]),
            DescriptionSource(
                "https://developer.squareup.com/reference/square/o-auth/obtain-token", read: "2026-11-21",
                fields: ["client", "tokens.rotation"]),
            DescriptionSource(
                "https://github.com/heliohq/anycli/blob/tool/square/DESIGN.md", read: "2026-11-21",
                fields: ["hosts.secrets", "authorization", "tokens.access_survives_refresh"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml", read: "2026-11-21",
                fields: ["endpoints.authorization", "authorization.pkce", "authorization.parameters"]),
        ],
        unknown: [
            "errors.dialect",
            "errors.rules", "rate_limits", "probes.secret", "client_secret.replacement",
            "client_secret.overlap", "client_secret.tokens_survive", "client_secret.steps", "client_secret.link",
            "client_secret.pattern",
        ])
}
