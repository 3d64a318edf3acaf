// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Zoho.
    static let zoho = CatalogueEntry(
        ProviderDescription(
            id: "zoho", displayName: "Zoho",
            endpoints: Endpoints(
                authorization: "https://{accounts}/oauth/v2/auth", token: "https://{accounts}/oauth/v2/token",
                userInfo: "https://{accounts}/oauth/user/info"),
            domains: [
                "accounts.zoho.com", "accounts.zoho.eu", "accounts.zoho.in", "accounts.zoho.jp", "accounts.zoho.sa",
                "accounts.zoho.com.au", "accounts.zoho.com.cn", "accounts.zohocloud.ca", "accounts.zoho.ca",
            ], accountHosts: .underDomains, accountHostField: "api_domain", clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(
                extra: ["access_type": "offline", "prompt": "consent"], serverParameter: "accounts-server"),
            scopeSeparator: ",", lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60)),
            refreshTokens: RefreshTokenBehaviour(rotation: .never, accessSurvivesRefresh: true),
            rateLimit: RateLimit(amount: 10, interval: .seconds(10 * 60), burst: 10, scope: .appAndAccount),
            revocationReach: .grant, accountLookup: .api(path: "https://{accounts}/oauth/user/info", idField: "ZUID"),
            accountDomains: [
                "zohoapis.com", "zohoapis.eu", "zohoapis.in", "zohoapis.jp", "zohoapis.com.au", "zohoapis.com.cn",
                "zohoapis.ca",
            ], apiDomains: ["{accounts}"],
            errorRules: [
                ErrorRule(codes: ["invalid_code"], meaning: .reauthorize),
                ErrorRule(codes: ["invalid_client", "invalid_client_secret"], meaning: .configuration),
                ErrorRule(text: "access denied", meaning: .throttled),
            ], tokenPresentation: .scheme(word: "Zoho-oauthtoken")),
        documentation: "https://www.zoho.com/accounts/protocol/oauth",
        variables: [
            ProviderVariable(
                "accounts", about: "accounts server of the person's data centre, without https",
                fallback: "accounts.zoho.com",
                pattern: "accounts\\.(zoho\\.(com|eu|in|jp|sa|com\\.au|com\\.cn)|zohocloud\\.ca|zoho\\.ca)")
        ],
        notes: [
            """
            A dead refresh token is HTTP 200 with {"error": "invalid_code"}, and a wrong secret is HTTP \
            200 with invalid_client_secret: success must be judged by access_token only.
            """,
            """
            Ten access tokens per refresh token in ten minutes, then no more for the rest of the ten \
            minutes: 'You have made too many requests continuously' with error 'Access Denied', seen with \
            400 and with 200, and the words can be in the language of the server; never take Access \
            Denied here for a dead grant. Each restart that refreshes counts.
            """,
            """
            The 21st refresh token of a user deletes the first one WITHOUT notice (some products' pages \
            say instead that it is refused); the 31st live access token of a refresh token deletes the \
            first; at most five refresh tokens a minute.
            """,
            """
            Each person lives in one data centre. The callback says which (location=eu, \
            accounts-server=https://accounts.zoho.eu): code and refresh must go there. It comes through \
            the browser: check it against the list above before sending the secret there.
            """,
            "invalid_client after a correct consent often means a client of another data centre.",
            """
            Canada: product pages say accounts.zohocloud.ca, the vendor's SDK says accounts.zoho.ca; both \
            are allowed here.
            """,
            """
            The API wants Authorization: Zoho-oauthtoken TOKEN in several products, not Bearer. API host \
            is api_domain of the token answer, which some products ignore.
            """,
            """
            A refresh answer has no refresh_token: keep the old one, which serves for ever until revoked.
            """,
            "A second consent without prompt=consent gives no refresh_token.",
            """
            The documentation sends all parameters, the secret included, in the query string of the POST; \
            the vendor's SDK sends a form, which works and stays out of logs.
            """,
            """
            Some products' pages ask for redirect_uri in a refresh too; the accounts documentation does \
            not.
            """,
            """
            Revoking: POST with token=REFRESH_TOKEN; it ends the access tokens too. The page shows no \
            client credentials with it.
            """,
            "At most 20 grants of one account live at once.",
        ],
        sources: [
            DescriptionSource(
                "https://www.zoho.com/accounts/protocol/oauth/use-access-token.html", read: "2026-11-23",
                fields: ["api.token"]),
            DescriptionSource(
                "https://zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html", read: "2026-11-21",
                fields: [
                    "endpoints.token", "client", "tokens.access_lifetime", "tokens.rotation", "rate_limits",
                    "variables", "hosts.account_field", "notes",
                ]),
            DescriptionSource(
                "https://www.zoho.com/fsm/developer/help/api/refresh-token.html", read: "2026-11-21",
                fields: ["variables", "hosts.secrets", "tokens.access_survives_refresh", "notes"]),
            DescriptionSource(
                "https://www.zoho.com/pdfeditor/help/api/oauth-step4.html", read: "2026-11-21",
                fields: ["hosts.secrets", "notes"]),
            DescriptionSource(
                "https://www.zoho.com/projects/help/rest-api/faq/oauth.html", read: "2026-11-21",
                fields: ["notes", "authorization.parameters"]),
            DescriptionSource(
                "https://zoho.com/meeting/api-integration/authentication.html", read: "2026-11-21",
                fields: ["endpoints.authorization", "authorization.parameters", "authorization.scope_separator"]),
            DescriptionSource(
                "https://www.zoho.com/contracts/api/getting-started/refreshing-access-tokens.html", read: "2026-11-21",
                fields: ["endpoints.revocation", "notes"]),
            DescriptionSource(
                "https://github.com/zoho/zohocrm-python-sdk-7.0/blob/f0e0672a4575e06c0672debf56d731beb3eb29d6/versions/1.0.0/zohocrmsdk/src/com/zoho/crm/api/dc/ca_data_center.py",
                read: "2026-11-21", fields: ["hosts.secrets", "hosts.account_suffixes", "notes"]),
            DescriptionSource(
                "https://github.com/zoho/zohocrm-python-sdk-7.0/blob/f0e0672a4575e06c0672debf56d731beb3eb29d6/versions/4.0.0/zohocrmsdk/src/com/zoho/api/authenticator/oauth_token.py",
                read: "2026-11-21", fields: ["client.body"]),
            DescriptionSource(
                "https://github.com/guanguans/notify/blob/0836713be627f86b46324d72d3e1c5349b777325/src/ZohoCliq/Authenticator.php",
                read: "2026-11-21", fields: ["errors.rules", "errors.dialect", "answer.error", "answer.error_message"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/providers/zoho.ts",
                read: "2026-11-21", fields: ["endpoints.userinfo", "hosts.api", "account"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21",
                fields: [
                    "endpoints", "authorization.parameters", "authorization.server_parameter", "hosts.accounts",
                    "hosts.account_field",
                ]),
            DescriptionSource(
                "https://www.zoho.com/accounts/protocol/oauth", read: "2026-11-19",
                fields: ["documentation", "revocation_reach", "endpoints.revocation", "client_secret.replacement"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.pkce", "authorization.loopback", "tokens.idle_expiry", "tokens.absolute_expiry",
            "tokens.early_refresh", "probes", "client_secret.overlap", "client_secret.tokens_survive",
            "client_secret.steps", "client_secret.pattern", "tokens.grace", "tokens.reuse",
        ])
}
