// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// DocuSign.
    static let docusign = CatalogueEntry(
        ProviderDescription(
            id: "docusign", displayName: "DocuSign",
            endpoints: Endpoints(
                authorization: "https://account.docusign.com/oauth/auth",
                token: "https://account.docusign.com/oauth/token",
                userInfo: "https://account.docusign.com/oauth/userinfo"), domains: ["account.docusign.com"],
            accountHosts: .underDomains, clientAuthentication: .basicRaw,
            lifetimes: TokenLifetimes(accessToken: .seconds(8 * 3600), refreshToken: .seconds(30 * 86_400)),
            keepAlive: .seconds(15 * 86_400), refreshTokens: RefreshTokenBehaviour(rotation: .always),
            tokenProbe: .api(path: "https://account.docusign.com/oauth/userinfo"),
            accountLookup: .api(path: "https://account.docusign.com/oauth/userinfo", idField: "sub"),
            accountDomains: ["docusign.net"]),
        documentation: "https://developers.docusign.com/platform/auth/authcode/",
        notes: [
            """
            Without the scope extended the refresh token's 30 days run from the first consent and the \
            user must come back every 30 days; with it each refresh gives a token with 30 new days. \
            extended can only be asked for in the authorization request, never in a refresh. idle_expiry \
            here assumes extended.
            """,
            """
            The refresh token's life is not in the answer; only the access token's expires_in (28800) is.
            """,
            """
            API calls go to the base_uri (for example https://na3.docusign.net) of the account, which is \
            only in userinfo: accounts[] with account_id, is_default, base_uri. It is not in the token \
            answer, and a user may have accounts in several regions; take the one with is_default true.
            """,
            """
            The developer environment is another system: account-d.docusign.com and demo.docusign.net; \
            its keys do not work in production, and a production key needs a go-live step.
            """,
            "client_id is called integration key, client_secret is called secret key.",
            "The answer to an expired or spent refresh token is reported as invalid_grant.",
        ],
        sources: [
            DescriptionSource(
                "https://www.docusign.com/blog/developers/authorization-code-grant-refresh-tokens", read: "2026-11-21",
                fields: [
                    "endpoints.token", "hosts.secrets", "client.authentication", "tokens.access_lifetime",
                    "tokens.idle_expiry", "notes",
                ]),
            DescriptionSource(
                "https://github.com/heliohq/anycli/blob/tool/docusign/DESIGN.md", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints", "hosts.accounts", "hosts.account_suffixes",
                    "authorization.scope_separator", "tokens.rotation", "tokens.idle_expiry", "tokens.keep_alive",
                    "probes.token", "account", "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://github.com/docusign/docusign-esign-node-client/blob/1c373fb42182bbca82b66961be865c3f142886e6/src/ApiClient.js",
                read: "2026-11-21", fields: ["endpoints.token", "endpoints.userinfo", "client.authentication"]),
            DescriptionSource(
                "https://github.com/docusign/postman-collections/issues/41", read: "2026-11-21", fields: ["notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "errors.dialect",
            "authorization.pkce", "authorization.loopback", "tokens.grace", "tokens.absolute_expiry", "tokens.reuse",
            "tokens.access_survives_refresh", "errors.rules", "rate_limits", "probes.secret", "client_secret",
            "tokens.early_refresh",
        ])
}
