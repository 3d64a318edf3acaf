// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Spotify.
    static let spotify = CatalogueEntry(
        ProviderDescription(
            id: "spotify", displayName: "Spotify",
            endpoints: Endpoints(
                authorization: "https://accounts.spotify.com/authorize", token: "https://accounts.spotify.com/api/token"
            ), domains: ["accounts.spotify.com"], clientAuthentication: .basicFormEncoded,
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), absolute: .seconds(180 * 86_400)),
            refreshTokens: RefreshTokenBehaviour(rotation: .sometimes),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Spotify", steps: OperatorInstructions.generic.steps,
                    link: "https://developer.spotify.com/dashboard/applications")), secretProbe: .authorizationCode,
            tokenProbe: .api(path: "https://api.spotify.com/v1/me"),
            accountLookup: .api(path: "https://api.spotify.com/v1/me", idField: "id"), apiDomains: ["api.spotify.com"],
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(statuses: [400, 401], codes: ["invalid_client"], meaning: .configuration),
            ]),
        documentation: "https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens",
        notes: [
            """
            Since 18 June 2026 (existing apps: 20 July 2026) a refresh token dies 6 months after the \
            person's authorization whatever happens; refreshing does not lengthen it and no field tells \
            the date, so keep the date of the authorization. absolute_expiry is written as 180d, a little \
            under 6 months.
            """,
            """
            A refresh answer mostly has no refresh_token: keep the old one; if there is one, store it.
            """,
            """
            Texts of a dead token: Refresh token revoked, Invalid refresh token; both 400 invalid_grant.
            """,
            """
            A wrong client secret has been seen as 400 invalid_client (Invalid client, Invalid client \
            secret), not only 401.
            """,
            "With PKCE client_id goes into the body and no Authorization header is sent.",
            """
            Redirect URIs must be https or a loopback IP (http://127.0.0.1:PORT or http://[::1]:PORT); \
            localhost is refused; any port works if the URI is registered without a port.
            """,
            "expires_in is the life of the access token only.",
            "The token endpoint also takes the client's proof as none.",
        ],
        sources: [
            DescriptionSource(
                "https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints.token", "hosts.secrets", "client", "tokens.access_lifetime",
                    "tokens.absolute_expiry", "authorization.pkce", "notes",
                ]),
            DescriptionSource(
                "https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration", read: "2026-11-21",
                fields: [
                    "tokens.absolute_expiry", "errors.rules", "errors.dialect", "answer.error", "answer.error_message",
                    "notes",
                ]),
            DescriptionSource(
                "https://developer.spotify.com/documentation/web-api/concepts/redirect_uri", read: "2026-11-21",
                fields: ["authorization.loopback", "notes"]),
            DescriptionSource(
                "https://github.com/music-assistant/server/pull/4516", read: "2026-11-21",
                fields: ["tokens.rotation", "errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/barmiro/SYSH/issues/8", read: "2026-11-21", fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/spotify/web-api/issues/919", read: "2026-11-21",
                fields: ["errors.rules", "client.authentication", "notes"]),
            DescriptionSource(
                "https://github.com/novatorem/novatorem/issues/42", read: "2026-11-21",
                fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/providers/spotify.ts",
                read: "2026-11-21", fields: ["endpoints.authorization", "probes.token", "hosts.api", "account"]),
            DescriptionSource(
                "https://github.com/spotify/web-api/issues/313", read: "2026-11-21", fields: ["probes.secret"]),
            DescriptionSource(
                "https://app.unpkg.com/@dannyp29/spotify-web-api-node@5.0.4/files/examples/access-token-refresh.js",
                read: "2026-11-21", fields: ["client_secret.replacement", "client_secret.link"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "endpoints.revocation", "revocation_reach", "authorization.iss", "tokens.grace", "tokens.idle_expiry",
            "tokens.reuse", "tokens.access_survives_refresh", "rate_limits", "client_secret.overlap",
            "client_secret.tokens_survive", "client_secret.steps", "client_secret.pattern", "tokens.early_refresh",
        ])
}
