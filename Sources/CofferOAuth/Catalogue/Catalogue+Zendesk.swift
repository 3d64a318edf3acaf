// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Zendesk.
    static let zendesk = CatalogueEntry(
        ProviderDescription(
            id: "zendesk", displayName: "Zendesk",
            endpoints: Endpoints(
                authorization: "https://{subdomain}.zendesk.com/oauth/authorizations/new",
                token: "https://{subdomain}.zendesk.com/oauth/tokens"), domains: ["{subdomain}.zendesk.com"],
            clientAuthentication: .post, tokenBody: .json,
            authorizationRequest: AuthorizationRequestStyle(loopbackRedirect: false),
            lifetimes: TokenLifetimes(accessToken: .seconds(30 * 60), refreshToken: .seconds(30 * 86_400)),
            keepAlive: .seconds(15 * 86_400),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, accessSurvivesRefresh: false),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Zendesk", steps: OperatorInstructions.generic.steps,
                    link: "https://support.zendesk.com/hc/en-us/articles/4408845965210")),
            tokenProbe: .api(path: "https://{subdomain}.zendesk.com/api/v2/oauth/tokens/current.json"),
            accountLookup: .api(path: "https://{subdomain}.zendesk.com/api/v2/users/me.json", idField: "user.id"),
            tokenRequest: TokenRequestExtras(parameters: ["expires_in": "1800"])),
        documentation: "https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/",
        variables: [
            ProviderVariable(
                "subdomain", about: "subdomain of the Zendesk account (SUBDOMAIN.zendesk.com)",
                pattern: "[A-Za-z0-9-]{1,63}")
        ],
        notes: [
            """
            A refresh deletes the previous access token AND the previous refresh token at once: other \
            processes with the old access token fail, and a lost answer loses the grant.
            """,
            """
            The token answer has no expires_in unless expires_in is sent in the request; without it a \
            program never sees that the token ends. It is therefore a constant parameter here.
            """,
            """
            Lives: access token 30 minutes by default (5 minutes to 48 hours), refresh token 30 days by \
            default (7 to 90 days); to be set by expires_in and refresh_token_expires_in in the code \
            exchange and in each refresh.
            """,
            """
            Expiry is enforced for global clients made since 2 February 2026 and local clients made since \
            30 April 2026; older local clients have until 1 April 2027, and tokens issued before have no \
            refresh token.
            """,
            "Tokens from the time before refresh tokens cannot be refreshed: authorize again.",
            """
            The client_id is the client's Identifier (a name), not a random string. Local clients belong \
            to one account; for several accounts a global client is needed, and then the secret goes to \
            every customer's subdomain.
            """,
            """
            Public clients must use PKCE; confidential ones may use PKCE with or without the secret.
            """,
            "current.json tells expires_at of the token in use (null: does not end).",
            "Redirect URLs must be https except localhost and 127.0.0.1. The secret is shown once.",
            """
            Do not use the older endpoint /api/v2/oauth/tokens for code exchange; it has another format.
            """,
            "idle_expiry is the default life of a refresh token, renewed with every rotation.",
            "The token endpoint also takes the client's proof as none.",
        ],
        sources: [
            DescriptionSource(
                "https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/", read: "2026-11-21",
                fields: ["documentation", "authorization.pkce", "notes"]),
            DescriptionSource(
                "https://support.zendesk.com/hc/en-us/articles/10212201463962-Announcing-the-required-expiration-of-global-OAuth-access-and-refresh-tokens",
                read: "2026-11-21",
                fields: ["tokens.access_lifetime", "tokens.idle_expiry", "tokens.keep_alive", "notes"]),
            DescriptionSource(
                "https://support.zendesk.com/hc/en-us/articles/9182123625370", read: "2026-11-21",
                fields: ["tokens.rotation", "tokens.access_survives_refresh", "notes"]),
            DescriptionSource(
                "https://support.zendesk.com/hc/en-us/articles/4408845965210", read: "2026-11-21",
                fields: [
                    "authorization.pkce", "authorization.loopback", "client_secret.link", "client_secret.replacement",
                    "notes",
                ]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/pull/6763", read: "2026-11-21",
                fields: ["client.parameters", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints", "variables", "hosts.secrets", "client.parameters"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/docs/api-integrations/zendesk/how-to-register-your-own-zendesk-api-oauth-app.mdx",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/singer-io/tap-zendesk/blob/master/tap_zendesk/oauth.py", read: "2026-11-21",
                fields: [
                    "client.authentication", "client.body", "probes.token", "tokens.access_survives_refresh", "notes",
                ]),
            DescriptionSource(
                "https://github.com/oomol-lab/open-connector/blob/26745c5bfbbbda1e6a46d7cacb54e32d717113b3/src/providers/zendesk/definition.ts",
                read: "2026-11-21", fields: ["client.authentication", "endpoints"]),
            DescriptionSource(
                "https://github.com/oomol-lab/open-connector/blob/26745c5bfbbbda1e6a46d7cacb54e32d717113b3/src/providers/zendesk/runtime.ts",
                read: "2026-11-21", fields: ["account"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "probes.secret", "authorization.iss", "tokens.grace", "tokens.absolute_expiry", "tokens.reuse",
            "errors.rules", "errors.dialect", "answer.error", "answer.error_message", "revocation_reach", "rate_limits",
            "client_secret.overlap", "client_secret.tokens_survive", "client_secret.steps", "client_secret.pattern",
            "tokens.early_refresh",
        ])
}
