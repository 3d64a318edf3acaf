// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Notion.
    static let notion = CatalogueEntry(
        ProviderDescription(
            id: "notion", displayName: "Notion",
            endpoints: Endpoints(
                authorization: "https://api.notion.com/v1/oauth/authorize",
                token: "https://api.notion.com/v1/oauth/token",
                introspection: "https://api.notion.com/v1/oauth/introspect"), domains: ["api.notion.com"],
            clientAuthentication: .basicRaw, tokenBody: .json,
            authorizationRequest: AuthorizationRequestStyle(extra: ["owner": "user"]),
            refreshTokens: RefreshTokenBehaviour(rotation: .always), secretProbe: .introspection,
            tokenProbe: .introspection, accountLookup: .answerField("bot_id"),
            apiRateLimits: [RateLimit(amount: 3, interval: .seconds(1), burst: 3, scope: .appAndAccount)]),
        documentation: "https://developers.notion.com/reference/create-a-token",
        notes: [
            """
            A refresh answers a new access token AND a new refresh token, but no expires_in: when the \
            access token ends is not documented, so refresh on 401 and always store the pair.
            """,
            """
            Many libraries and guides still say that Notion has no refresh tokens; refresh_token can be \
            null in the answer.
            """,
            """
            The token endpoint takes JSON with HTTP Basic client_id:client_secret. Nango and others show \
            it so.
            """,
            """
            redirect_uri in the code exchange is required in some cases and NOT ALLOWED in others, \
            depending on how many redirect addresses are registered and whether the authorization address \
            named one: a constant rule fails.
            """,
            """
            Introspection and revocation take JSON {token} with the same Basic header; introspection \
            answers active, scope, iat.
            """,
            """
            bot_id identifies the grant; workspace_id the workspace; owner.user.id the person. There are \
            no scopes: capabilities are set at the connection, and the person picks pages at consent.
            """,
            "429 comes with Retry-After; some bursts above three a second are let through.",
            "API calls need the header Notion-Version.",
        ],
        sources: [
            DescriptionSource(
                "https://developers.notion.com/reference/create-a-token", read: "2026-11-21",
                fields: ["documentation", "endpoints.token", "account", "notes"]),
            DescriptionSource(
                "https://github.com/makenotion/notion-sdk-js/blob/9060802d386afbb82fa7b52ba4298cce0b1e0429/src/api-endpoints/oauth.ts",
                read: "2026-11-21",
                fields: [
                    "endpoints", "hosts.secrets", "account", "probes", "revocation_reach", "endpoints.revocation",
                    "client.redirect_on_refresh", "notes",
                ]),
            DescriptionSource(
                "https://github.com/makenotion/notion-sdk-js/blob/9060802d386afbb82fa7b52ba4298cce0b1e0429/src/Client.ts",
                read: "2026-11-21", fields: ["client.authentication"]),
            DescriptionSource(
                "https://developers.notion.com/reference/refresh-a-token", read: "2026-11-21",
                fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://developers.notion.com/reference/request-limits", read: "2026-11-21",
                fields: ["rate_limits", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21",
                fields: ["endpoints.authorization", "authorization.parameters", "client.body", "notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.pkce", "authorization.loopback", "tokens.access_lifetime", "tokens.grace",
            "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh",
            "tokens.early_refresh", "errors.rules", "errors.dialect", "answer.error", "answer.error_message",
            "revocation_reach", "client_secret",
        ])
}
