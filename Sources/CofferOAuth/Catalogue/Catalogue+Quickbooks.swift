// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// QuickBooks Online (Intuit).
    static let quickbooks = CatalogueEntry(
        ProviderDescription(
            id: "quickbooks", displayName: "QuickBooks Online (Intuit)",
            issuer: "https://oauth.platform.intuit.com/op/v1",
            endpoints: Endpoints(
                authorization: "https://appcenter.intuit.com/connect/oauth2",
                token: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
                userInfo: "https://accounts.platform.intuit.com/v1/openid_connect/userinfo"),
            domains: ["oauth.platform.intuit.com", "developer.api.intuit.com"], clientAuthentication: .basicRaw,
            authorizationRequest: AuthorizationRequestStyle(loopbackRedirect: false),
            lifetimes: TokenLifetimes(
                accessToken: .seconds(60 * 60), refreshToken: .seconds(100 * 86_400), absolute: .seconds(1825 * 86_400)),
            keepAlive: .seconds(50 * 86_400),
            refreshTokens: RefreshTokenBehaviour(rotation: .sometimes, grace: .seconds(24 * 3600)),
            apiDomains: ["accounts.platform.intuit.com"],
            tokenRequest: TokenRequestExtras(headers: [
                "Accept": "application/json", "x-include-refresh-token-hard-expires-in": "true",
            ]),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize)
            ]),
        documentation:
            "https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0",
        notes: [
            """
            The refresh token in the answer changes about once in 24 hours, not at every refresh; the \
            former one dies 24 hours after the new one was given. A program that stores only the access \
            token works for a day and then loses the grant.
            """,
            """
            All refresh tokens die five years after consent since the policy of November 2025 (counted \
            from October 2023 for the accounting and payments scopes, from February 2022 for restricted \
            ones; first deaths in October 2028 and February 2027). x_refresh_token_hard_expires_in tells \
            it, but only if the request has the header x-include-refresh-token-hard-expires-in: true.
            """,
            """
            x_refresh_token_expires_in (8726400 s, 101 days) is the rolling end: each refresh pushes it \
            out; 100 days unused is death.
            """,
            """
            realmId (the company) comes only in the callback's query, not in the token answer: store it \
            at consent. It is the account id.
            """,
            """
            Revoking: POST JSON {token} with Basic client_id:client_secret; access or refresh token.
            """,
            """
            Development and production have different client ids and secrets, but the same endpoints; the \
            API hosts differ (sandbox-quickbooks.api.intuit.com).
            """,
            "Redirect addresses must be https.",
            "TLS 1.2 at least.",
            """
            The app's settings must name a Reconnect URL (since January 2026) to which Intuit sends \
            people whose grant ended.
            """,
            """
            API limit as quoted by others: 500 calls a minute for each company (realm), 429 over it.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://blogs.a.intuit.com/2025/11/12/important-changes-to-refresh-token-policy", read: "2026-11-21",
                fields: ["tokens.idle_expiry", "tokens.absolute_expiry", "notes"]),
            DescriptionSource(
                "https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/faq",
                read: "2026-11-21", fields: ["tokens.access_lifetime", "authorization.loopback", "notes"]),
            DescriptionSource(
                "https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0",
                read: "2026-11-21", fields: ["documentation", "notes"]),
            DescriptionSource(
                "https://blogs.intuit.com/2024/06/03/oauth-token-management-done-the-right-way/", read: "2026-11-21",
                fields: ["tokens.access_lifetime", "tokens.idle_expiry", "tokens.keep_alive"]),
            DescriptionSource(
                "https://github.com/intuit/oauth-jsclient/blob/26853935a71bf1bf5f11ed0ecbb3c0d4ab87ae03/src/OAuthClient.js",
                read: "2026-11-21", fields: ["issuer", "endpoints", "hosts.secrets", "hosts.api", "client", "notes"]),
            DescriptionSource(
                "https://github.com/intuit/oauth-jsclient/blob/26853935a71bf1bf5f11ed0ecbb3c0d4ab87ae03/README.md",
                read: "2026-11-21", fields: ["tokens.grace", "errors.rules", "errors.dialect", "notes"]),
            DescriptionSource(
                "https://github.com/intuit/QuickBooks-V3-PHP-SDK/blob/5bb480b505726d9f7b89ff0747b9acc629236a77/src/Core/OAuth/OAuth2/OAuth2AccessToken.php",
                read: "2026-11-21", fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://github.com/intuit/QuickBooks-V3-Java-SDK/releases/tag/v6.5.4", read: "2026-11-21",
                fields: ["tokens.absolute_expiry", "client.headers"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints", "notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.pkce", "authorization.scope_separator", "tokens.reuse", "tokens.early_refresh",
            "tokens.access_survives_refresh", "errors.dialect", "answer.error", "answer.error_message", "probes",
            "account", "revocation_reach", "client_secret", "rate_limits",
        ])
}
