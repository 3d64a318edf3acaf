// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Atlassian Cloud (OAuth 2.0, 3LO).
    static let atlassian = CatalogueEntry(
        ProviderDescription(
            id: "atlassian", displayName: "Atlassian Cloud (OAuth 2.0, 3LO)",
            endpoints: Endpoints(
                authorization: "https://auth.atlassian.com/authorize", token: "https://auth.atlassian.com/oauth/token"),
            domains: ["auth.atlassian.com"], clientAuthentication: .post, tokenBody: .json,
            authorizationRequest: AuthorizationRequestStyle(
                extra: ["audience": "api.atlassian.com", "prompt": "consent"], offlineScope: "offline_access"),
            lifetimes: TokenLifetimes(
                accessToken: .seconds(60 * 60), refreshToken: .seconds(90 * 86_400), absolute: .seconds(365 * 86_400)),
            keepAlive: .seconds(45 * 86_400), refreshTokens: RefreshTokenBehaviour(rotation: .always),
            tokenProbe: .api(path: "https://api.atlassian.com/oauth/token/accessible-resources"),
            accountLookup: .api(path: "https://api.atlassian.com/me", idField: "account_id"),
            apiDomains: ["api.atlassian.com"],
            errorRules: [
                ErrorRule(statuses: [403, 400], codes: ["invalid_grant"], meaning: .reauthorize)
            ]),
        documentation: "https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens",
        notes: [
            """
            A dead refresh token is HTTP 403 with invalid_grant and 'Unknown or invalid refresh token.': \
            a program that takes 403 for a lack of rights or for a block retries for ever.
            """,
            """
            absolute_expiry: Atlassian staff say in the developer community (2022) that the chain dies \
            365 days after the FIRST refresh token however often it is refreshed: plan a new consent \
            within the year. The documentation page that was read gives no numbers.
            """,
            """
            Each refresh disables the token used; the idle time of 90 days starts anew with the new one.
            """,
            "audience=api.atlassian.com and prompt=consent must be in the authorization address.",
            "The documentation sends JSON to the token endpoint.",
            """
            API calls go to https://api.atlassian.com/ex/jira/{cloudId}/... : the cloudId comes from \
            accessible-resources, one person may have several sites, so the site is not the account.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints.token", "hosts.secrets", "client", "authorization.offline_scope",
                    "tokens.rotation", "errors.rules", "errors.dialect", "notes",
                ]),
            DescriptionSource(
                "https://community.developer.atlassian.com/t/refresh-token-expire-after-36000-seconds/60806/2",
                read: "2026-11-21",
                fields: [
                    "tokens.access_lifetime", "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.keep_alive",
                    "notes",
                ]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints", "authorization.parameters"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/providers/atlassian.ts",
                read: "2026-11-21", fields: ["endpoints", "account", "hosts.api"]),
            DescriptionSource(
                "https://mrrefactoring.github.io/jira.js/guide/oauth2-authentication", read: "2026-11-21",
                fields: ["authorization.offline_scope", "probes.token", "notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.scope_separator", "authorization.pkce", "authorization.loopback", "tokens.grace",
            "tokens.reuse", "tokens.early_refresh", "tokens.access_survives_refresh", "rate_limits", "errors.dialect",
            "answer.error", "answer.error_message", "probes.secret", "revocation_reach", "endpoints.revocation",
            "client_secret.overlap", "client_secret.tokens_survive", "client_secret.steps", "client_secret.replacement",
            "client_secret.pattern",
        ])
}
