// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Pipedrive.
    static let pipedrive = CatalogueEntry(
        ProviderDescription(
            id: "pipedrive", displayName: "Pipedrive",
            endpoints: Endpoints(
                authorization: "https://oauth.pipedrive.com/oauth/authorize",
                token: "https://oauth.pipedrive.com/oauth/token", revocation: "https://oauth.pipedrive.com/oauth/revoke"
            ), domains: ["oauth.pipedrive.com"], accountHosts: .underDomains, accountHostField: "api_domain",
            clientAuthentication: .basicFormEncoded,
            authorizationRequest: AuthorizationRequestStyle(responseType: false),
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(60 * 86_400)),
            keepAlive: .seconds(30 * 86_400), refreshTokens: RefreshTokenBehaviour(rotation: .sometimes),
            revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Pipedrive",
                    steps: [
                        "Open Pipedrive, profile, Developer Hub, and the app",
                        "OAuth and access scopes tab, at the bottom: client ID and client secret",
                    ])), secretProbe: .authorizationCode,
            tokenProbe: .api(path: "https://api.pipedrive.com/v1/users/me"),
            accountLookup: .api(path: "https://api.pipedrive.com/v1/users/me", idField: "data.company_id"),
            accountDomains: ["pipedrive.com"],
            errorRules: [
                ErrorRule(statuses: [400], text: "invalid grant", meaning: .reauthorize),
                ErrorRule(statuses: [400], text: "invalid client", meaning: .configuration),
                ErrorRule(statuses: [400], text: "cannot retrieve client credentials", meaning: .configuration),
            ]),
        documentation: "https://pipedrive.readme.io/docs/marketplace-oauth-authorization",
        notes: [
            "The refresh token dies after 60 days without use; each use sets it back to 60 days.",
            """
            Whether it rotates is documented in two ways: the reference says that each use resets its \
            expiry, the status code page says that an exchanged refresh_token is invalid. Always store \
            what the answer has and never use one twice.
            """,
            """
            All token errors are HTTP 400 with a text: 'Invalid grant: refresh_token is invalid' (dead, \
            foreign or already exchanged: authorize again), 'Invalid client: client is invalid' or \
            'cannot retrieve client credentials' (wrong id or secret). 503 of the authorize page: the \
            company database is under maintenance.
            """,
            """
            A refresh_token that belongs to another client is also Invalid grant: after a change of the \
            application all grants look dead.
            """,
            """
            The body must be application/x-www-form-urlencoded; the code lives 5 minutes; scopes in the \
            answer are separated by commas.
            """,
            """
            Revoking the refresh token marks the app as uninstalled in the customer's account; revoking \
            the access token ends only that one.
            """,
            """
            api_domain in every token answer is the base URL of the customer's company \
            (https://COMPANY.pipedrive.com): update it at each refresh.
            """,
            """
            The documented authorize request has client_id, redirect_uri and state only: scopes are set \
            in Marketplace Manager; state may be missing when the installation starts from the \
            Marketplace.
            """,
            """
            users/me answers the user (data.id) and the company (data.company_id, data.company_domain); \
            tokens belong to one user of one company.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://pipedrive.readme.io/docs/marketplace-oauth-and-api-proxy-status-codes", read: "2026-11-21",
                fields: ["tokens.rotation", "probes.secret", "errors.rules", "notes"]),
            DescriptionSource(
                "https://pipedrive.readme.io/docs/marketplace-oauth-authorization", read: "2026-11-21",
                fields: ["documentation", "endpoints.authorization", "authorization.response_type", "notes"]),
            DescriptionSource(
                "https://developers.pipedrive.com/docs/api/v1/Oauth", read: "2026-11-21",
                fields: ["endpoints", "hosts.secrets", "authorization.response_type", "notes"]),
            DescriptionSource(
                "https://github.com/api-evangelist/pipedrive/blob/main/openapi/pipedrive-oauth-api-openapi.yml",
                read: "2026-11-21",
                fields: ["client.authentication", "tokens", "tokens.keep_alive", "hosts.account_field", "notes"]),
            DescriptionSource(
                "https://github.com/pipedrive/client-nodejs/blob/master/src/versions/v2/configuration.ts",
                read: "2026-11-21",
                fields: [
                    "client.authentication", "endpoints", "hosts", "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["hosts.account_field"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/docs/api-integrations/pipedrive/how-to-register-your-own-pipedrive-oauth-app.mdx",
                read: "2026-11-21", fields: ["client_secret.replacement", "client_secret.steps"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/providers/pipedrive.ts",
                read: "2026-11-21", fields: ["probes.token", "account"]),
            DescriptionSource(
                "https://github.com/api-evangelist/pipedrive/blob/main/openapi/pipedrive-users-api-openapi.yml",
                read: "2026-11-21", fields: ["probes.token", "account", "notes"]),
            DescriptionSource(
                "https://github.com/oomol-lab/open-connector/blob/26745c5bfbbbda1e6a46d7cacb54e32d717113b3/src/providers/pipedrive/runtime.ts",
                read: "2026-11-21", fields: ["probes.token"]),
        ],
        unknown: [
            "errors.dialect",
            "issuer", "authorization.pkce", "authorization.iss", "authorization.loopback", "tokens.grace",
            "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh", "rate_limits",
            "client_secret.overlap", "client_secret.tokens_survive", "client_secret.link", "client_secret.pattern",
        ])
}
