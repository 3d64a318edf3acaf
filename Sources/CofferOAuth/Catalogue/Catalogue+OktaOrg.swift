// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Okta (org authorization server).
    static let oktaOrg = CatalogueEntry(
        ProviderDescription(
            id: "okta-org", displayName: "Okta (org authorization server)", issuer: "https://{domain}",
            endpoints: Endpoints(
                authorization: "https://{domain}/oauth2/v1/authorize", token: "https://{domain}/oauth2/v1/token",
                revocation: "https://{domain}/oauth2/v1/revoke", introspection: "https://{domain}/oauth2/v1/introspect",
                userInfo: "https://{domain}/oauth2/v1/userinfo",
                deviceAuthorization: "https://{domain}/oauth2/v1/device/authorize"), domains: ["{domain}"],
            clientAuthentication: .basicFormEncoded,
            authorizationRequest: AuthorizationRequestStyle(offlineScope: "offline_access"),
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), absolute: .seconds(90 * 86_400)),
            refreshTokens: RefreshTokenBehaviour(
                rotation: .sometimes, grace: .seconds(30), reuse: .revokesGrant, introspectable: true),
            revocationReach: .pair,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Okta (org authorization server)",
                    steps: [
                        "Open the Okta Admin Console, Applications, and the OIDC application",
                        """
                        General tab, Client Credentials section, create a second client secret (at most two exist at \
                        a time); both work
                        """, "Give the new secret to the program and check that it works",
                        "Set the old secret to Inactive, check again, then delete it",
                    ], link: "https://help.okta.com/okta_help.htm?type=oie&id=oauth-client-cred",
                    secretPattern: "[A-Za-z0-9_-]{40}")), secretProbe: .introspection, tokenProbe: .introspection,
            accountLookup: .tokenClaim("sub"),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(statuses: [401, 400], codes: ["invalid_client"], meaning: .configuration),
            ], secretFacts: SecretFacts(overlap: .untilRemoved)),
        documentation: "https://developer.okta.com/docs/guides/refresh-tokens/main/",
        variables: [
            ProviderVariable(
                "domain",
                about: """
                    Okta domain of the org, e.g. example.okta.com, example.oktapreview.com or the org's custom \
                    domain
                    """, pattern: "[A-Za-z0-9.-]{1,253}")
        ],
        notes: [
            """
            The lives of tokens of the org authorization server are fixed: access token 60 minutes, \
            refresh token 90 days with no idle limit; after 90 days the person must sign in again.
            """,
            "Rotation does not lengthen the 90 days.",
            "The issuer has no /oauth2 part although the endpoints have.",
            "The token endpoint also takes the client's proof as post or private_key_jwt.",
            "An unused refresh token does not expire.",
            """
            Its API can replace the client secret in a person's place, once coffer app driver is given --api \
            okta: see docs/api-drivers.md.
            """,
        ],
        sources: oktaPages + [
            DescriptionSource(
                "https://support.okta.com/help/s/article/refresh-token-expiration-behavior?language=en_US",
                read: "2026-11-21", fields: ["tokens.absolute_expiry", "tokens.idle_expiry", "notes"]),
            DescriptionSource(
                "https://support.okta.com/help/s/article/What-is-the-lifetime-of-the-JWT-tokens?language=en_US",
                read: "2026-11-21", fields: ["tokens.access_lifetime", "tokens.absolute_expiry", "notes"]),
            DescriptionSource(
                "https://developer.okta.com/docs/concepts/auth-servers/", read: "2026-11-21",
                fields: ["issuer", "variables", "notes"]),
            DescriptionSource(
                "https://developer.okta.com/docs/guides/refresh-tokens/main/", read: "2026-11-21",
                fields: ["tokens", "endpoints.authorization", "endpoints.token"]),
            DescriptionSource(
                "https://github.com/okta/okta-developer-docs/blob/021698357fb257730fc891afb602ecb455b75fb2/packages/%40okta/vuepress-site/docs/reference/api/oidc/index.md",
                read: "2026-11-21", fields: ["endpoints"]),
        ],
        unknown: [
            "endpoints.registration", "authorization.iss", "authorization.loopback", "client_secret.tokens_survive",
            "rate_limits",
        ])
}
