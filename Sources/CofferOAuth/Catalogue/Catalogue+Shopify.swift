// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Shopify (Admin API, offline access).
    static let shopify = CatalogueEntry(
        ProviderDescription(
            id: "shopify", displayName: "Shopify (Admin API, offline access)",
            endpoints: Endpoints(
                authorization: "https://{account}/admin/oauth/authorize",
                token: "https://{account}/admin/oauth/access_token"), domains: ["myshopify.com"],
            accountHosts: .underDomains, clientAuthentication: .post, tokenBody: .json,
            authorizationRequest: AuthorizationRequestStyle(
                responseType: false, accountParameter: "shop", scopeParameter: "scope"),
            scopeSeparator: ",",
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(90 * 86_400)),
            keepAlive: .seconds(45 * 86_400), refreshTokens: RefreshTokenBehaviour(rotation: .always),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Shopify (Admin API, offline access)",
                    steps: [
                        "Open the Dev Dashboard and the app's credentials",
                        "Create a new client secret: both are valid now",
                        "Give it to the program and let every shop's tokens be refreshed with it",
                        """
                        Make the webhook check accept both secrets, then revoke the old one (in a serious breach \
                        revoke first)
                        """,
                    ])), accountDomains: ["myshopify.com"],
            tokenRequest: TokenRequestExtras(headers: ["Accept": "application/json"], parameters: ["expiring": "1"]),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize)
            ],
            secretFacts: SecretFacts(
                overlap: .untilRemoved,
                alsoSigns: "webhooks: HMAC-SHA256 of the raw body, base64, header X-Shopify-Hmac-Sha256"),
            tokenPresentation: .header(name: "X-Shopify-Access-Token")),
        documentation:
            "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens",
        notes: [
            """
            Refreshing works only for tokens that were asked for with expiring=1 in the exchange; without \
            it the token never expires and there is no refresh_token. Public apps created since \
            2026-04-01 must use expiring tokens (403 otherwise), all public apps from 2027-01-01; custom \
            apps need not.
            """,
            """
            Each refresh replaces the refresh token. Since 2026-08-28 the previously used refresh token \
            is kept until the app first USES the new pair: a lost answer can be repeated, but only as \
            long as nobody has used the new access token.
            """,
            "The idle time of 90 days (refresh_token_expires_in) starts anew at each refresh.",
            """
            A refresh token lives and dies with the installation; a shop that was closed for more than 90 \
            days must open the app again.
            """,
            """
            Revoking a client secret also ends the non-expiring tokens: refresh the tokens with the new \
            secret first. Webhooks go on being signed with the OLDEST secret until it is revoked.
            """,
            """
            The host comes from the callback's shop parameter: require a name under .myshopify.com before \
            sending the secret to it (the vendor's library cleans it the same way).
            """,
            "The API takes the token in the header X-Shopify-Access-Token, not Authorization.",
            """
            An existing non-expiring token can be exchanged for an expiring pair without the merchant \
            (grant token-exchange with expiring=1).
            """,
            """
            grant_options[]=per-user gives an online token of about a day without refresh token: leave it \
            out.
            """,
            "expiring=1 belongs in the exchange; the vendor's library does not send it in a refresh.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/Shopify/shopify-app-js/blob/0bb7837eaa93cb750b5bdd4c70fba89462d01532/packages/apps/shopify-api/lib/types.ts",
                read: "2026-11-23", fields: ["api.token"]),
            DescriptionSource(
                "https://shopify.dev/changelog/posts/offline-access-tokens-now-support-expiry-and-refresh",
                read: "2026-11-21", fields: ["tokens.access_lifetime", "tokens.early_refresh", "notes"]),
            DescriptionSource(
                "https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens",
                read: "2026-11-21", fields: ["documentation", "tokens", "notes"]),
            DescriptionSource(
                "https://shopify.dev/docs/apps/build/security/credentials-and-data/use-expiring-offline-access-tokens",
                read: "2026-11-21", fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://docs.heymantle.com/guides/shopify-expiring-offline-tokens", read: "2026-11-21",
                fields: ["tokens.idle_expiry", "tokens.keep_alive", "errors.rules", "errors.dialect", "notes"]),
            DescriptionSource(
                "https://craftshift.com/shopify-expiring-access-tokens/", read: "2026-11-21",
                fields: ["tokens.idle_expiry", "tokens.rotation", "notes"]),
            DescriptionSource(
                "https://github.com/Shopify/shopify-app-js/blob/ef2043d4a8c4ca0adb9020d76090b2fb94979dab/packages/apps/shopify-api/lib/auth/oauth/refresh-token.ts",
                read: "2026-11-21", fields: ["endpoints.token", "hosts", "client", "notes"]),
            DescriptionSource(
                "https://github.com/Shopify/shopify-app-js/blob/ef2043d4a8c4ca0adb9020d76090b2fb94979dab/packages/apps/shopify-api/lib/auth/oauth/oauth.ts",
                read: "2026-11-21", fields: ["client.parameters", "authorization", "notes"]),
            DescriptionSource(
                "https://github.com/Shopify/shopify-app-js/blob/ef2043d4a8c4ca0adb9020d76090b2fb94979dab/packages/apps/shopify-api/lib/auth/oauth/__tests__/refresh-token.test.ts",
                read: "2026-11-21", fields: ["errors.rules"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints", "client.parameters"]),
            DescriptionSource(
                "https://nango.dev/docs/api-integrations/shopify", read: "2026-11-21",
                fields: ["client_secret.also_signs"]),
            DescriptionSource(
                "https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials",
                read: "2026-11-19", fields: ["client_secret", "notes"]),
        ],
        unknown: [
            "authorization.pkce", "authorization.loopback", "tokens.grace", "tokens.absolute_expiry", "tokens.reuse",
            "tokens.access_survives_refresh", "rate_limits", "probes", "account", "errors.dialect", "answer.error",
            "answer.error_message", "client_secret.tokens_survive", "client_secret.pattern", "revocation_reach",
            "endpoints.revocation", "client_secret.link",
        ])
}
