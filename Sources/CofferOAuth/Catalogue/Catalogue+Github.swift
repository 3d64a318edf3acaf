// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// GitHub (OAuth app; GitHub App user tokens).
    static let github = CatalogueEntry(
        ProviderDescription(
            id: "github", displayName: "GitHub (OAuth app; GitHub App user tokens)",
            endpoints: Endpoints(
                authorization: "https://github.com/login/oauth/authorize",
                token: "https://github.com/login/oauth/access_token",
                deviceAuthorization: "https://github.com/login/device/code"),
            domains: ["github.com", "api.github.com"], clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(offlineScope: "offline_access"),
            lifetimes: TokenLifetimes(accessToken: .seconds(8 * 3600), refreshToken: .seconds(180 * 86_400)),
            keepAlive: .seconds(90 * 86_400),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, accessSurvivesRefresh: false),
            rateLimit: RateLimit(amount: 10, interval: .seconds(60 * 60), burst: 10, scope: .appAndAccount),
            revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in GitHub (OAuth app; GitHub App user tokens)",
                    steps: [
                        "Open the settings page of the OAuth app (or GitHub App)",
                        "Generate a new client secret and copy it", "Give it to the program and see one call succeed",
                        "Delete the old client secret",
                    ])), tokenProbe: .api(path: "https://api.github.com/user"),
            accountLookup: .api(path: "https://api.github.com/user", idField: "id"),
            tokenRequest: TokenRequestExtras(headers: ["Accept": "application/json"]),
            errorRules: [
                ErrorRule(
                    codes: ["bad_refresh_token", "bad_verification_code", "unverified_user_email"],
                    meaning: .reauthorize),
                ErrorRule(
                    codes: [
                        "incorrect_client_credentials", "redirect_uri_mismatch", "unsupported_grant_type",
                        "device_flow_disabled",
                    ], meaning: .configuration),
                ErrorRule(codes: ["slow_down"], meaning: .throttled),
            ], secretFacts: SecretFacts(overlap: .untilRemoved)),
        documentation: "https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
        notes: [
            """
            Since 2026-08-14 OAuth apps can have expiring tokens, and it is ON BY DEFAULT for apps \
            registered after that: 8 hours and a refresh token of six months. Older apps ask for it per \
            request with the scope offline_access, or switch it on in the app's settings; without it an \
            OAuth app's token never expires and there is no refresh token (then an answer has no \
            expires_in).
            """,
            """
            GitHub App user tokens (ghu_) behave the same: 8 hours, refresh token (ghr_) six months, \
            expiry on unless the app opted out.
            """,
            """
            A used refresh token AND the old access token stop working at once: no grace is documented, \
            so a lost answer means a new consent. bad_refresh_token may only mean that another process \
            won the race: read the stored pair again before giving up.
            """,
            """
            Errors of the token endpoint come as HTTP 200 with error in the body (seen in third-party \
            tests, the vendor's page shows the bodies without a status): never take 200 for success \
            without access_token.
            """,
            "Without Accept: application/json the answer is form-encoded.",
            """
            The granted scopes come back separated by commas, though the request separates them by \
            spaces.
            """,
            """
            An OAuth app's non-expiring token unused for a year is revoked. A token found in a public \
            repository or gist is revoked by GitHub.
            """,
            """
            The 11th token for the same user, app and scopes revokes the oldest; more than ten in an hour \
            are refused.
            """,
            """
            Revocation is not RFC 7009: DELETE https://api.github.com/applications/{client_id}/token for \
            one token, /grant for all, with Basic client_id:client_secret. Anyone may POST \
            https://api.github.com/credentials/revoke without authentication (up to 1000 tokens a call, \
            60 calls an hour, 202); it takes gho_, ghu_ and ghr_ tokens.
            """,
            """
            PKCE is taken since 2025-07-14 (S256 only), but client_secret stays required at the exchange; \
            refreshing needs the secret too unless the token came from the device flow.
            """,
            """
            loopback: the documentation lets a loopback address have any port (use 127.0.0.1, not \
            localhost); reports of 2026 say that the port must match, so try before relying on it.
            """,
            """
            An app with a single redirect address accepts every subdomain and subpath of it unless \
            wildcard matching is switched off.
            """,
            """
            Directly after a refresh GitHub may answer 401 to the new token for some hundreds of \
            milliseconds (replication).
            """,
            """
            403 from the API can be a rate limit, not a dead token: look at the rate-limit headers first.
            """,
            """
            A person can be signed in to another account than expected: check /user id after each \
            consent.
            """,
            "At most 10 grants of one account live at once.",
        ],
        sources: [
            DescriptionSource(
                "https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps",
                read: "2026-11-21",
                fields: [
                    "documentation", "endpoints", "hosts.secrets", "client", "authorization.scope_separator",
                    "authorization.loopback", "rate_limits", "errors.rules", "errors.dialect", "answer.error",
                    "answer.error_message", "notes",
                ]),
            DescriptionSource(
                "https://github.blog/changelog/2026-08-14-multiple-redirect-uris-and-token-refresh-for-oauth-apps/",
                read: "2026-11-21",
                fields: ["authorization.offline_scope", "tokens.access_lifetime", "tokens.idle_expiry", "notes"]),
            DescriptionSource(
                "https://github.com/orgs/community/discussions/204963", read: "2026-11-21",
                fields: ["authorization.offline_scope", "tokens.access_lifetime"]),
            DescriptionSource(
                "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens",
                read: "2026-11-21",
                fields: [
                    "tokens.rotation", "tokens.access_survives_refresh", "tokens.idle_expiry", "tokens.keep_alive",
                    "client.redirect_on_refresh", "notes",
                ]),
            DescriptionSource(
                "https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors",
                read: "2026-11-21", fields: ["errors.rules"]),
            DescriptionSource(
                "https://github.com/coder/coder/blob/001fb09043f5c895cba71f9aecb96161b29caccf/coderd/externalauth/externalauth.go",
                read: "2026-11-21",
                fields: [
                    "authorization.pkce", "errors.rules", "probes.token", "account", "revocation_reach",
                    "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://github.blog/changelog/2025-07-14-pkce-support-for-oauth-and-github-app-authentication/",
                read: "2026-11-21", fields: ["authorization.pkce", "notes"]),
            DescriptionSource(
                "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation",
                read: "2026-11-21", fields: ["notes", "revocation_reach", "endpoints.revocation"]),
            DescriptionSource(
                "https://docs.github.com/rest/credentials/revoke", read: "2026-11-19",
                fields: ["revocation_reach", "endpoints.revocation", "notes"]),
            DescriptionSource(
                "https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/best-practices-for-creating-an-oauth-app",
                read: "2026-11-21", fields: ["client_secret"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "tokens.grace", "tokens.absolute_expiry", "tokens.reuse", "tokens.early_refresh",
            "client_secret.tokens_survive", "client_secret.link", "client_secret.pattern", "probes.secret",
            "authorization.iss",
        ])
}
