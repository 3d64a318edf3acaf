// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Box.
    static let box = CatalogueEntry(
        ProviderDescription(
            id: "box", displayName: "Box",
            endpoints: Endpoints(
                authorization: "https://account.box.com/api/oauth2/authorize", token: "https://api.box.com/oauth2/token"
            ), domains: ["api.box.com"], clientAuthentication: .post,
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(60 * 86_400)),
            keepAlive: .seconds(30 * 86_400), refreshTokens: RefreshTokenBehaviour(rotation: .always, reuse: .refused),
            tokenProbe: .api(path: "https://api.box.com/2.0/users/me"),
            accountLookup: .api(path: "https://api.box.com/2.0/users/me", idField: "id"),
            errorRules: [
                ErrorRule(codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(codes: ["invalid_client"], meaning: .configuration),
            ], windows: StatedWindows(soft: .seconds(10 * 60)),
            apiRateLimits: [RateLimit(amount: 1000, interval: .seconds(60), burst: 1000, scope: .account)]),
        documentation: "https://developer.box.com/guides/authentication/oauth2/without-sdk/",
        notes: [
            """
            A refresh token serves exactly ONCE and dies after 60 days unused; no grace is documented, so \
            a lost answer costs the grant: store the intent first.
            """,
            "An authorization code lives 30 seconds only.",
            """
            Customers with Box Verified Enterprise must be sent to ent.box.com instead of account.box.com \
            for consent; the token host stays.
            """,
            """
            redirect_uri may be left out with one registered address, and must be there with several; the \
            comparison is exact, but a loopback address may have any port.
            """,
            "The secret can be seen and copied only by a Box user with two-factor sign-in.",
            """
            Revoking: form with client_id, client_secret and token (access or refresh token); no \
            token_type_hint in the reference.
            """,
            "429 has retry-after in seconds.",
            "The best-practices page advises to keep an access token for about 50 of its 60 minutes.",
            """
            The vendor's Node SDK reads the store again after invalid_grant before giving up, since \
            another process may have refreshed.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://developer.box.com/guides/authentication/oauth2/without-sdk/", read: "2026-11-21",
                fields: ["documentation", "endpoints", "hosts.secrets", "client", "notes"]),
            DescriptionSource(
                "https://developer.box.com/guides/authentication/tokens/refresh/", read: "2026-11-21",
                fields: ["tokens", "tokens.keep_alive", "notes"]),
            DescriptionSource(
                "https://developer.box.com/guides/authentication/oauth2/oauth2-setup/", read: "2026-11-21",
                fields: ["authorization.loopback", "notes"]),
            DescriptionSource(
                "https://developer.box.com/guides/authentication/tokens/revoke/", read: "2026-11-21",
                fields: ["revocation_reach", "endpoints.revocation"]),
            DescriptionSource(
                "https://developer.box.com/guides/api-calls/permissions-and-errors/expiration/", read: "2026-11-21",
                fields: ["tokens.access_lifetime", "tokens.idle_expiry", "notes"]),
            DescriptionSource(
                "https://developer.box.com/guides/api-calls/permissions-and-errors/rate-limits/", read: "2026-11-21",
                fields: ["rate_limits", "notes"]),
            DescriptionSource(
                "https://developer.box.com/guides/authentication/best-practices/", read: "2026-11-21",
                fields: ["windows", "notes"]),
            DescriptionSource(
                "https://github.com/box/box-openapi/blob/c9a878a9824344129881392e2b08f7117201e82e/openapi.json",
                read: "2026-11-21",
                fields: [
                    "endpoints", "authorization.scope_separator", "client", "errors.rules", "errors.dialect",
                    "answer.error", "answer.error_message",
                ]),
            DescriptionSource(
                "https://github.com/box/box-node-sdk/blob/7dcf9c2bfc44d9436d73c253ce2c9805a41d0e75/src/token-manager.ts",
                read: "2026-11-21", fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/providers/box.ts",
                read: "2026-11-21", fields: ["probes.token", "account"]),
        ],
        unknown: [
            "authorization.pkce", "authorization.iss", "tokens.grace", "tokens.absolute_expiry",
            "tokens.access_survives_refresh", "errors.dialect", "answer.error", "answer.error_message", "probes.secret",
            "revocation_reach", "client_secret",
        ])
}
