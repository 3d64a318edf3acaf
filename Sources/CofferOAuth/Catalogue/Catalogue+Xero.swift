// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Xero.
    static let xero = CatalogueEntry(
        ProviderDescription(
            id: "xero", displayName: "Xero", issuer: "https://identity.xero.com",
            endpoints: Endpoints(
                authorization: "https://login.xero.com/identity/connect/authorize",
                token: "https://identity.xero.com/connect/token"), domains: ["identity.xero.com"],
            clientAuthentication: .basicRaw,
            authorizationRequest: AuthorizationRequestStyle(offlineScope: "offline_access"),
            lifetimes: TokenLifetimes(accessToken: .seconds(30 * 60), refreshToken: .seconds(60 * 86_400)),
            keepAlive: .seconds(30 * 86_400),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, grace: .seconds(30 * 60)), revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Xero",
                    steps: [
                        "Open the Xero developer portal, My apps, the app, Configuration",
                        "Choose Generate a secret and copy it", "Give it to the program and see one refresh succeed",
                    ], link: "https://developer.xero.com/app/manage")),
            tokenProbe: .api(path: "https://api.xero.com/connections"),
            accountLookup: .api(path: "https://api.xero.com/connections", idField: "0.tenantId"),
            apiDomains: ["api.xero.com"],
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize)
            ]),
        documentation: "https://developer.xero.com/documentation/guides/oauth2/token-types/",
        notes: [
            """
            The revocation endpoint is to be taken from the discovery document of the issuer, as the \
            vendor's SDK does; many public programs have https://identity.xero.com/connect/revocation.
            """,
            """
            A spent refresh token works again for 30 minutes after its FIRST use (fixed, repeating does \
            not lengthen it): a lost answer can be repeated in that time, after it the grant is gone.
            """,
            "A refresh token unused for 60 days is dead: quiet grants need a refresh on a timer.",
            """
            One grant covers several organisations (tenants): GET https://api.xero.com/connections lists \
            them, and every API call names one in the header xero-tenant-id; the first element is no \
            stable account id when a person adds an organisation.
            """,
            """
            Revoking the refresh token removes ALL of that person's connections to the app; DELETE \
            https://api.xero.com/connections/{id} removes one organisation.
            """,
            """
            Apps created since 2026-03-02 must use the new granular scopes; older apps have until \
            September 2027.
            """,
            """
            API limits of the vendor as quoted: 5 calls at a time and 60 a minute for each organisation; \
            429 comes with Retry-After.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://developer.xero.com/faq/oauth2", read: "2026-11-21",
                fields: ["tokens.grace", "tokens.idle_expiry", "tokens.rotation", "tokens.keep_alive", "notes"]),
            DescriptionSource(
                "https://developer.xero.com/documentation/guides/oauth2/token-types/", read: "2026-11-21",
                fields: ["documentation", "tokens.access_lifetime", "tokens.idle_expiry"]),
            DescriptionSource(
                "https://github.com/XeroAPI/xero-node/blob/cfc658ff72e9d8c1b223a0f7ef5d00dcdb4bbf40/README.md",
                read: "2026-11-21",
                fields: [
                    "tokens.access_lifetime", "tokens.idle_expiry", "revocation_reach", "probes.token", "hosts.api",
                    "account",
                ]),
            DescriptionSource(
                "https://github.com/XeroAPI/xero-node/blob/cfc658ff72e9d8c1b223a0f7ef5d00dcdb4bbf40/src/XeroClient.ts",
                read: "2026-11-21",
                fields: ["issuer", "endpoints.token", "hosts.secrets", "client.authentication", "probes.token"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21",
                fields: ["endpoints.authorization", "endpoints.token", "authorization.offline_scope", "notes"]),
            DescriptionSource(
                "https://nango.dev/blog/xero-oauth-refresh-token-invalid-grant", read: "2026-11-21",
                fields: ["errors.rules", "errors.dialect"]),
            DescriptionSource(
                "https://nango.dev/docs/api-integrations/xero/how-to-register-your-own-xero-api-oauth-app",
                read: "2026-11-21", fields: ["client_secret.steps", "client_secret.replacement"]),
            DescriptionSource(
                "https://libraries.io/go/github.com%2Frorycl%2FXeroOauthTokenServer/v0.0.5", read: "2026-11-21",
                fields: ["client_secret.link"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "endpoints.revocation", "authorization.pkce", "client.redirect_on_refresh", "authorization.scope_separator",
            "authorization.loopback", "tokens.absolute_expiry", "tokens.reuse", "tokens.early_refresh",
            "tokens.access_survives_refresh", "rate_limits", "probes.secret", "client_secret.overlap",
            "client_secret.tokens_survive", "client_secret.pattern",
        ])
}
