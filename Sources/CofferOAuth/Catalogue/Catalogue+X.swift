// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// X (Twitter).
    static let x = CatalogueEntry(
        ProviderDescription(
            id: "x", displayName: "X (Twitter)",
            endpoints: Endpoints(
                authorization: "https://x.com/i/oauth2/authorize", token: "https://api.x.com/2/oauth2/token",
                revocation: "https://api.x.com/2/oauth2/revoke"), domains: ["api.x.com"],
            clientAuthentication: .basicFormEncoded,
            authorizationRequest: AuthorizationRequestStyle(loopbackRedirect: false, offlineScope: "offline.access"),
            lifetimes: TokenLifetimes(accessToken: .seconds(2 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .always), revocationReach: .token,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in X (Twitter)",
                    steps: [
                        "Open the X Developer Console, Apps, and the app",
                        """
                        Keys and tokens, OAuth 2.0 Client ID and Client Secret, Regenerate, confirm; the old secret \
                        dies at once
                        """, "Copy the new secret (shown once) and give it to the program",
                    ], link: "https://console.x.com")), secretProbe: .revocation,
            tokenProbe: .api(path: "https://api.x.com/2/users/me"),
            accountLookup: .api(path: "https://api.x.com/2/users/me", idField: "data.id"),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(
                    statuses: [400], codes: ["invalid_request"], text: "value passed for the token was invalid",
                    meaning: .reauthorize),
                ErrorRule(statuses: [401], meaning: .configuration),
            ], secretFacts: SecretFacts(overlap: .oldEndsAtOnce)),
        documentation: "https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code",
        notes: [
            "Refresh tokens rotate: always keep the newest; a spent one answers 400.",
            """
            X has been seen to answer 400 invalid_request (Value passed for the ... was invalid), not \
            invalid_grant, for a bad code or token: the code alone does not tell a dead token from a \
            malformed request, the words do.
            """,
            """
            Without the scope offline.access (with a dot) there is no refresh token and access ends after \
            2 hours.
            """,
            """
            PKCE is a must also for confidential clients; the authorization code lives 30 seconds only.
            """,
            """
            Confidential clients authenticate by Basic without client_id in the body; public clients send \
            client_id in the body. Missing or wrong client authentication is 401 (Missing valid \
            authorization header).
            """,
            """
            Redirect URIs must match exactly; for local use http://127.0.0.1, not localhost; at most 10 \
            per app.
            """,
            """
            The Client ID and Client Secret of OAuth 2.0 differ from the API key and secret of OAuth 1.0a \
            of the same app; regenerating one leaves the other.
            """,
            "state may have at most 500 characters.",
            "Older code uses api.twitter.com and twitter.com; send secrets to api.x.com only.",
            "The token endpoint also takes the client's proof as none.",
        ],
        sources: [
            DescriptionSource(
                "https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints.authorization", "endpoints.token", "hosts.secrets", "authorization",
                    "tokens.access_lifetime", "notes",
                ]),
            DescriptionSource(
                "https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token", read: "2026-11-21",
                fields: ["client", "endpoints", "revocation_reach", "endpoints.revocation", "probes.secret"]),
            DescriptionSource(
                "https://docs.x.com/x-ads-api/mcp", read: "2026-11-21",
                fields: ["tokens.rotation", "tokens.access_lifetime", "notes"]),
            DescriptionSource(
                "https://github.com/gptme/gptme-contrib/pull/285", read: "2026-11-21",
                fields: [
                    "tokens.rotation", "errors.rules", "errors.dialect", "answer.error", "answer.error_message",
                    "notes",
                ]),
            DescriptionSource(
                "https://github.com/plhery/node-twitter-api-v2/issues/496", read: "2026-11-21",
                fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/plhery/node-twitter-api-v2/issues/319", read: "2026-11-21",
                fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://docs.x.com/fundamentals/developer-apps", read: "2026-11-21",
                fields: ["authorization.loopback", "notes"]),
            DescriptionSource(
                "https://docs.x.com/fundamentals/authentication/guides/authentication-best-practices",
                read: "2026-11-21", fields: ["client_secret.replacement", "client_secret.steps"]),
            DescriptionSource(
                "https://docs.x.com/fundamentals/developer-portal", read: "2026-11-21",
                fields: ["client_secret.overlap", "client_secret.steps"]),
            DescriptionSource(
                "https://docs.x.com/fundamentals/security", read: "2026-11-21", fields: ["client_secret.link"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/providers/twitter.ts",
                read: "2026-11-21", fields: ["probes.token", "account"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.iss", "tokens.grace", "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse",
            "tokens.access_survives_refresh", "rate_limits", "client_secret.tokens_survive", "client_secret.pattern",
            "tokens.early_refresh",
        ])
}
