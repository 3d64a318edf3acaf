// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Linear.
    static let linear = CatalogueEntry(
        ProviderDescription(
            id: "linear", displayName: "Linear",
            endpoints: Endpoints(
                authorization: "https://linear.app/oauth/authorize", token: "https://api.linear.app/oauth/token"),
            domains: ["api.linear.app"], clientAuthentication: .post, scopeSeparator: ",",
            lifetimes: TokenLifetimes(accessToken: .seconds(24 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .always),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Linear",
                    steps: [
                        "Open Linear, Settings, API, OAuth applications, and the application",
                        "Copy the new client secret and give it to the program",
                    ], link: "https://linear.app/settings/api"))),
        documentation: "https://linear.app/developers/oauth-2-0-authentication",
        notes: [
            "Scopes are separated by commas in the authorize request.",
            """
            Since 1 April 2026 every application gets 24-hour access tokens with a rotating refresh token \
            (applications made since 1 October 2025 from the start); before, tokens lived ten years \
            without a refresh token.
            """,
            """
            Old ten-year tokens are exchanged once at POST https://api.linear.app/oauth/migrate_old_token \
            (access_token, client_id, client_secret as a form).
            """,
            "Each refresh gives another refresh token: store it before use.",
            """
            The API is GraphQL: errors can come in the errors member of a 200; a dead access token is \
            401.
            """,
            """
            The application form is at https://linear.app/settings/api/applications/new and can be filled \
            by a manifest in the URL.
            """,
            """
            Nango sends prompt=consent so that the consent page always shows; it is not needed to get a \
            refresh token.
            """,
            "The token endpoint also takes the client's proof as basic.",
        ],
        sources: [
            DescriptionSource(
                "https://linear.app/developers/oauth-app-manifests", read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://linear.app/developers/oauth-2-0-authentication", read: "2026-11-21",
                fields: ["documentation", "endpoints.authorization", "authorization.scope_separator", "notes"]),
            DescriptionSource(
                "https://github.com/ParabolInc/parabol/issues/12003", read: "2026-11-21",
                fields: ["client_secret.link", "notes"]),
            DescriptionSource(
                "https://github.com/Fergana-Labs/stash/pull/711", read: "2026-11-21", fields: ["tokens", "notes"]),
            DescriptionSource(
                "https://github.com/yc-software/qm/pull/1007", read: "2026-11-21", fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://github.com/chatwoot/chatwoot/blob/155ca8f818c3699b1a088497121949812963f91f/lib/integrations/linear/access_token_service.rb",
                read: "2026-11-21", fields: ["endpoints.token", "hosts.secrets", "client.authentication", "notes"]),
            DescriptionSource(
                "https://github.com/chatwoot/chatwoot/blob/0693bcf1d70a2613e3c4666ff94f7de1565c5b45/lib/linear.rb",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints", "authorization.scope_separator"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/docs/api-integrations/linear/how-to-register-your-own-linear-api-oauth-app.mdx",
                read: "2026-11-21", fields: ["client_secret.replacement", "client_secret.steps", "notes"]),
            DescriptionSource(
                "https://docs.alterauth.com/providers/linear", read: "2026-11-21",
                fields: ["authorization.pkce", "tokens"]),
        ],
        unknown: [
            "issuer", "endpoints.revocation", "revocation_reach", "authorization.iss", "authorization.loopback",
            "tokens.grace", "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse",
            "tokens.access_survives_refresh", "errors.rules", "errors.dialect", "answer.error", "answer.error_message",
            "probes", "account", "rate_limits", "client_secret.overlap", "client_secret.tokens_survive",
            "client_secret.pattern",
        ])
}
