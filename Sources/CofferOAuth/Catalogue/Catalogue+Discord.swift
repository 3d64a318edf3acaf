// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Discord.
    static let discord = CatalogueEntry(
        ProviderDescription(
            id: "discord", displayName: "Discord",
            endpoints: Endpoints(
                authorization: "https://discord.com/oauth2/authorize", token: "https://discord.com/api/oauth2/token",
                revocation: "https://discord.com/api/oauth2/token/revoke"), domains: ["discord.com"],
            clientAuthentication: .basicFormEncoded, lifetimes: TokenLifetimes(accessToken: .seconds(7 * 86_400)),
            refreshTokens: RefreshTokenBehaviour(rotation: .always), revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Discord",
                    steps: [
                        "Open https://discord.com/developers/applications and the application",
                        "OAuth2 on the left, Client Secret, Reset Secret, confirm",
                        "Copy the new secret and give it to the program",
                    ], link: "https://discord.com/developers/applications")), secretProbe: .authorizationCode,
            tokenProbe: .api(path: "https://discord.com/api/oauth2/@me"),
            accountLookup: .api(path: "https://discord.com/api/oauth2/@me", idField: "user.id"),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(statuses: [401, 400], codes: ["invalid_client"], meaning: .configuration),
            ]),
        documentation: "https://docs.discord.com/developers/topics/oauth2",
        notes: [
            """
            Every refresh answers a new refresh token and the old one is spent at once; the documentation \
            of the refresh does not say so.
            """,
            "The token and revocation URLs accept only form bodies; a JSON body is an error.",
            """
            Revoking any token ends every access and refresh token that the application holds for that \
            user, whatever token_type_hint says.
            """,
            """
            A dead refresh token answers 400 invalid_grant for every cause: revoked by the user, account \
            banned, expired; the cause cannot be told.
            """,
            """
            HTTP clients must send a User-Agent of the form DiscordBot (URL, version), else Cloudflare \
            may block them.
            """,
            """
            10,000 answers with 401, 403 or 429 in 10 minutes from one address get the address blocked: \
            stop using a token after a 401.
            """,
            """
            401 of /oauth2/@me also comes for a valid token that may not use it; user in the answer needs \
            the scope identify.
            """,
            """
            The scope bot or webhook.incoming changes the answer: guild or webhook members, the latter \
            with a webhook URL and token that are secrets too.
            """,
            "client_credentials gives a token of the application's owner without a refresh token.",
            "The token endpoint also takes the client's proof as post or none.",
        ],
        sources: [
            DescriptionSource(
                "https://docs.discord.com/developers/topics/oauth2", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints", "hosts.secrets", "client", "tokens.access_lifetime", "probes.token",
                    "account", "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://docs.discord.com/developers/discord-social-sdk/development-guides/account-linking-with-discord",
                read: "2026-11-21",
                fields: [
                    "errors.rules", "errors.dialect", "answer.error", "answer.error_message", "tokens.access_lifetime",
                    "revocation_reach", "notes",
                ]),
            DescriptionSource(
                "https://docs.discord.com/developers/discord-social-sdk/development-guides/account-linking-on-mobile",
                read: "2026-11-21", fields: ["authorization.pkce"]),
            DescriptionSource(
                "https://github.com/discord/discord-api-docs/issues/5942", read: "2026-11-21",
                fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://github.com/member-gentei/member-gentei/issues/18", read: "2026-11-21",
                fields: ["tokens.rotation", "errors.rules"]),
            DescriptionSource(
                "https://github.com/markbates/goth/issues/183", read: "2026-11-21", fields: ["errors.rules"]),
            DescriptionSource(
                "https://github.com/discord/discord-api-docs/issues/910", read: "2026-11-21",
                fields: ["errors.rules", "probes.secret"]),
            DescriptionSource(
                "https://github.com/discord/discord-api-docs/issues/3945", read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://docs.discord.com/developers/topics/rate-limits", read: "2026-11-21", fields: ["notes"]),
            DescriptionSource("https://docs.discord.com/developers/reference", read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/docs/api-integrations/discord/how-to-register-your-own-discord-api-oauth-app.mdx",
                read: "2026-11-21", fields: ["client_secret.steps", "client_secret.link", "client_secret.replacement"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "issuer", "authorization.iss", "authorization.loopback", "tokens.grace", "tokens.idle_expiry",
            "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh", "rate_limits",
            "client_secret.overlap", "client_secret.tokens_survive", "client_secret.pattern", "tokens.early_refresh",
        ])
}
