// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// HubSpot.
    static let hubspot = CatalogueEntry(
        ProviderDescription(
            id: "hubspot", displayName: "HubSpot",
            endpoints: Endpoints(
                authorization: "https://app.hubspot.com/oauth/authorize",
                token: "https://api.hubapi.com/oauth/2026-03/token",
                revocation: "https://api.hubapi.com/oauth/2026-03/token/revoke",
                introspection: "https://api.hubapi.com/oauth/2026-03/token/introspect"), domains: ["api.hubapi.com"],
            clientAuthentication: .post, lifetimes: TokenLifetimes(accessToken: .seconds(30 * 60)),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in HubSpot",
                    steps: [
                        "Open the app's page in the HubSpot developer account",
                        "Choose Rotate next to the client secret and copy the new one",
                        "Give it to the program, and to whatever checks webhook signatures",
                    ])), secretProbe: .introspection, tokenProbe: .introspection, accountLookup: .answerField("hub_id"),
            answer: AnswerPaths(scope: "scopes", errorCode: "status"),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant", "bad_refresh_token"], meaning: .reauthorize)
            ],
            secretFacts: SecretFacts(
                alsoSigns: """
                    webhooks: HMAC-SHA256, base64, of method + address + body + timestamp, header \
                    X-HubSpot-Signature-v3
                    """)),
        documentation: "https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens",
        notes: [
            """
            The familiar endpoints under /oauth/v1 go dead on 2027-02-16; they also took secrets and \
            tokens in the address. Use /oauth/2026-03.
            """,
            """
            Old error bodies carry status BAD_REFRESH_TOKEN and message instead of error; the newer ones \
            carry error invalid_grant and both older fields.
            """,
            """
            A refresh answers the same refresh token again, as third-party programs have it (no sentence \
            of the vendor was read): keep the old one when the answer has none, store the new one when it \
            differs.
            """,
            """
            The granted scopes come back as an array named scopes, not as a string named scope; hub_id is \
            in the token answer.
            """,
            """
            Webhooks, CRM cards and the like are signed with the client secret (v1 and v2: plain SHA-256 \
            with the secret in front; v3: HMAC): after a rotation the checks need the new secret at the \
            same time.
            """,
            "Access tokens grow with what they encode: allow at least 300 characters.",
            """
            Introspection takes the token in the body together with client_id and client_secret and says \
            active, hub_id, user_id, scopes, and token_use access_token or refresh_token; whether a spent \
            refresh token is inactive it does not say.
            """,
            """
            client_assertion, code_verifier and grant client_credentials are in the interface description \
            of the 2026-03 endpoint, but not explained there.
            """,
            """
            Private-app tokens are not OAuth: they rotate on their page (at once, or with 7 days of \
            overlap), and HubSpot switches off tokens that it finds on GitHub.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://developers.hubspot.com/changelog/v1-oauth-api-deprecation", read: "2026-11-21",
                fields: ["endpoints", "revocation_reach", "endpoints.revocation", "notes"]),
            DescriptionSource(
                "https://developers.hubspot.com/docs/api-reference/legacy/authentication/oauth-tokens/v1/migration-guide",
                read: "2026-11-21", fields: ["endpoints", "documentation", "notes"]),
            DescriptionSource(
                "https://developers.hubspot.com/changelog/new-oauth-v3-api-endpoints-and-standardized-error-responses",
                read: "2026-11-21",
                fields: [
                    "errors.rules", "errors.dialect", "answer.error", "answer.error_code", "answer.error_message",
                ]),
            DescriptionSource(
                "https://developers.hubspot.com/docs/methods/oauth2/refresh-access-token", read: "2026-11-21",
                fields: ["tokens.access_lifetime", "endpoints.authorization"]),
            DescriptionSource(
                "https://github.com/HubSpot/HubSpot-public-api-spec-collection/blob/99893791383254f52aa07662baeb98aad65cc710/PublicApiSpecs/Auth/Oauth/Rollouts/279897/2026-03/oauth.json",
                read: "2026-11-21",
                fields: ["endpoints", "hosts.secrets", "client", "answer.scope", "account", "probes", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints.authorization"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/providers/hubspot.ts",
                read: "2026-11-21", fields: ["client.authentication"]),
            DescriptionSource(
                "https://github.com/HubSpot/hubspot-api-nodejs/blob/395cd9bf3bb21252aefc517e11ea64b7db03bd9d/src/utils/signature.ts",
                read: "2026-11-21", fields: ["client_secret.also_signs", "notes"]),
            DescriptionSource(
                "https://developers.hubspot.com/docs", read: "2026-11-19",
                fields: ["client_secret.replacement", "client_secret.steps", "notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.narrowing",
            "authorization.pkce", "authorization.loopback", "tokens.grace", "tokens.idle_expiry",
            "tokens.absolute_expiry", "tokens.access_survives_refresh", "tokens.early_refresh", "rate_limits",
            "revocation_reach", "client_secret.overlap", "client_secret.tokens_survive", "client_secret.pattern",
            "client_secret.link", "errors.dialect", "answer.error", "answer.error_message", "tokens.rotation",
            "authorization.scope_separator", "tokens.reuse", "tokens.introspectable",
        ])
}
