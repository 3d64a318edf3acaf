// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Reddit.
    static let reddit = CatalogueEntry(
        ProviderDescription(
            id: "reddit", displayName: "Reddit",
            endpoints: Endpoints(
                authorization: "https://www.reddit.com/api/v1/authorize",
                token: "https://www.reddit.com/api/v1/access_token",
                revocation: "https://www.reddit.com/api/v1/revoke_token"), domains: ["www.reddit.com"],
            clientAuthentication: .basicFormEncoded,
            authorizationRequest: AuthorizationRequestStyle(loopbackRedirect: false, extra: ["duration": "permanent"]),
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60)),
            refreshTokens: RefreshTokenBehaviour(rotation: .never, accessSurvivesRefresh: true),
            revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Reddit", steps: OperatorInstructions.generic.steps,
                    link: "https://www.reddit.com/prefs/apps")), secretProbe: .revocation,
            tokenProbe: .api(path: "https://oauth.reddit.com/api/v1/me"),
            accountLookup: .api(path: "https://oauth.reddit.com/api/v1/me", idField: "id"),
            apiDomains: ["oauth.reddit.com"],
            errorRules: [
                ErrorRule(statuses: [400], codes: ["400", "invalid_grant"], meaning: .reauthorize),
                ErrorRule(codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(
                    codes: ["unauthorized_client", "unsupported_grant_type", "invalid_request", "invalid_scope"],
                    meaning: .configuration),
                ErrorRule(statuses: [401], meaning: .configuration),
            ]),
        documentation: "https://github.com/reddit-archive/reddit/wiki/OAuth2",
        notes: [
            "Without duration=permanent at the authorize URL there is no refresh token.",
            """
            Errors of the code exchange come as HTTP 200 with {error: invalid_grant}: look into the body \
            of every 200.
            """,
            """
            A dead refresh token was recorded as HTTP 400 with {error: 400}: a number, not an OAuth code; \
            a wrong secret is HTTP 401 with a Basic challenge.
            """,
            "Scopes may be separated by spaces or commas.",
            """
            The secret is sent by Basic only; client_id and client_secret in the body are not read. An \
            installed app sends an empty password.
            """,
            """
            The refresh answer has no refresh_token in the published server code: the same one serves on; \
            store a new one if there is one.
            """,
            """
            A User-Agent of one's own is needed; the API host is oauth.reddit.com, tokens come from \
            www.reddit.com.
            """,
            "The redirect URI must equal the registered one exactly; an app has one.",
            """
            Revocation answers 204 also for an unknown token; it needs Basic client authentication and is \
            rate limited by address; revoking a refresh token ends its access tokens.
            """,
            """
            Facts on life and rotation are from the server code published until 2017, confirmed by \
            recordings of expires_in 3600 in prawcore.
            """,
            "The token endpoint also takes the client's proof as none.",
            "An unused refresh token does not expire.",
            "A refresh token has no greatest age.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/reddit-archive/reddit/blob/master/r2/r2/controllers/oauth2.py", read: "2026-11-21",
                fields: [
                    "endpoints", "client", "authorization", "errors.rules", "errors.dialect", "answer.error",
                    "answer.error_message", "revocation_reach", "endpoints.revocation", "tokens.rotation",
                    "probes.secret", "notes",
                ]),
            DescriptionSource(
                "https://github.com/reddit-archive/reddit/blob/master/r2/r2/models/token.py", read: "2026-11-21",
                fields: [
                    "tokens.access_lifetime", "tokens.idle_expiry", "tokens.absolute_expiry",
                    "tokens.access_survives_refresh", "revocation_reach",
                ]),
            DescriptionSource(
                "https://github.com/praw-dev/prawcore/blob/main/prawcore/auth.py", read: "2026-11-21",
                fields: [
                    "errors.rules", "errors.dialect", "answer.error", "answer.error_message", "revocation_reach",
                    "endpoints.revocation", "endpoints", "hosts.secrets", "notes",
                ]),
            DescriptionSource(
                "https://github.com/praw-dev/prawcore/blob/main/tests/integration/cassettes/TestAuthorizer.test_refresh__with_invalid_token.json",
                read: "2026-11-21", fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/praw-dev/prawcore/blob/main/examples/obtain_refresh_token.py", read: "2026-11-21",
                fields: ["authorization.loopback"]),
            DescriptionSource(
                "https://github.com/reddit-archive/reddit/wiki/OAuth2", read: "2026-11-21",
                fields: ["documentation", "client_secret.link", "client_secret.replacement", "notes"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/providers/reddit.ts",
                read: "2026-11-21",
                fields: ["endpoints.authorization", "endpoints.token", "probes.token", "hosts.api", "account"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["authorization.parameters", "probes.token"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.pkce", "authorization.iss", "tokens.reuse", "rate_limits", "client_secret.overlap",
            "client_secret.tokens_survive", "client_secret.steps", "client_secret.pattern", "tokens.grace",
            "tokens.early_refresh",
        ])
}
