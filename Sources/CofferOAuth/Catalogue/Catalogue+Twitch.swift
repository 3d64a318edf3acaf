// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Twitch.
    static let twitch = CatalogueEntry(
        ProviderDescription(
            id: "twitch", displayName: "Twitch", issuer: "https://id.twitch.tv/oauth2",
            endpoints: Endpoints(
                authorization: "https://id.twitch.tv/oauth2/authorize", token: "https://id.twitch.tv/oauth2/token",
                deviceAuthorization: "https://id.twitch.tv/oauth2/device"), domains: ["id.twitch.tv"],
            clientAuthentication: .post, authorizationRequest: AuthorizationRequestStyle(loopbackRedirect: false),
            refreshTokens: RefreshTokenBehaviour(rotation: .sometimes), revocationReach: .token,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Twitch",
                    steps: [
                        "Open https://dev.twitch.tv/console/apps and press Manage beside the application",
                        "Press New Secret and confirm; the old secret dies at once",
                        "Copy the new secret and give it to the program",
                    ], link: "https://dev.twitch.tv/console/apps")),
            tokenProbe: .api(path: "https://id.twitch.tv/oauth2/validate", scheme: "OAuth"),
            accountLookup: .api(
                path: "https://id.twitch.tv/oauth2/validate", idField: "user_id", scheme: "OAuth"),
            answer: AnswerPaths(error: "message", errorMessage: "message"),
            errorRules: [
                ErrorRule(statuses: [400], text: "invalid refresh token", meaning: .reauthorize),
                ErrorRule(statuses: [400], text: "invalid grant", meaning: .reauthorize),
                ErrorRule(statuses: [400, 401, 403], meaning: .configuration),
            ], secretFacts: SecretFacts(overlap: .oldEndsAtOnce)),
        documentation: "https://dev.twitch.tv/docs/authentication/",
        notes: [
            """
            Errors have no error member: {status, message}; the text in message is all there is to decide \
            by.
            """,
            "scope in the token answer is a JSON array, not a string.",
            """
            Twitch advises against refreshing by the clock: refresh after a 401; expires_in is only a \
            hint because a token can die earlier.
            """,
            """
            An app that keeps a session must call /oauth2/validate at start and once an hour; the header \
            there is Authorization: OAuth TOKEN, not Bearer.
            """,
            "API calls need the header Client-Id besides the token, and both must belong together.",
            "The refresh token may change with a refresh: store what is returned.",
            """
            A token got by the device flow without a secret from an app of type confidential cannot be \
            refreshed without the secret.
            """,
            """
            Revocation takes client_id and an access token without a secret: 400 Invalid token, 404 \
            client does not exist.
            """,
            "The refresh token is to be sent URL-encoded; it can contain / and %.",
            "The person's change of password ends the tokens.",
            """
            Redirect URIs must be https except localhost, and match exactly; two-factor authentication is \
            needed for the console.
            """,
            "The token endpoint also takes the client's proof as none.",
        ],
        sources: [
            DescriptionSource(
                "https://dev.twitch.tv/docs/authentication/refresh-tokens/", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints.token", "hosts.secrets", "client.authentication",
                    "tokens.early_refresh", "notes",
                ]),
            DescriptionSource(
                "https://dev.twitch.tv/docs/authentication/validate-tokens", read: "2026-11-21",
                fields: ["probes.token", "account", "notes"]),
            DescriptionSource(
                "https://dev.twitch.tv/docs/authentication/revoke-tokens", read: "2026-11-21",
                fields: ["endpoints.revocation", "revocation_reach", "notes"]),
            DescriptionSource(
                "https://dev.twitch.tv/docs/authentication/register-app/", read: "2026-11-21",
                fields: ["client_secret", "notes"]),
            DescriptionSource(
                "https://jugoya.ai/guides/twitch/register-app", read: "2026-11-21",
                fields: ["authorization.loopback", "client_secret.steps", "notes"]),
            DescriptionSource(
                "https://hexdocs.pm/hello_twitch_api/TwitchAPI.AuthClient.html", read: "2026-11-21",
                fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://github.com/twitchdev/issues/issues/1037", read: "2026-11-21",
                fields: [
                    "errors.rules", "errors.dialect", "answer.error", "answer.error_message",
                    "endpoints.device_authorization", "account", "probes.token",
                ]),
            DescriptionSource(
                "https://github.com/twitchdev/issues/issues/1042", read: "2026-11-21", fields: ["errors.rules"]),
            DescriptionSource(
                "https://github.com/twitchdev/issues/issues/943", read: "2026-11-21", fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/Teekeks/pyTwitchAPI/issues/37", read: "2026-11-21",
                fields: ["errors.rules", "errors.dialect", "answer.error", "answer.error_message"]),
            DescriptionSource(
                "https://github.com/swiftyspiffy/twitch-token-generator/issues/10", read: "2026-11-21",
                fields: ["notes"]),
            DescriptionSource(
                "https://app.unpkg.com/@twurple/auth@7.4.0/files/es/errors/CachedRefreshFailureError.mjs",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/providers/twitch.ts",
                read: "2026-11-21",
                fields: [
                    "issuer", "client.authentication", "errors.rules", "errors.dialect", "answer.error",
                    "answer.error_message", "notes",
                ]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints.authorization"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "probes.secret", "authorization.pkce", "authorization.iss", "tokens.access_lifetime", "tokens.grace",
            "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh",
            "rate_limits", "client_secret.tokens_survive", "client_secret.pattern",
        ])
}
