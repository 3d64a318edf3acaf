// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Okta (custom authorization server).
    static let okta = CatalogueEntry(
        ProviderDescription(
            id: "okta", displayName: "Okta (custom authorization server)", issuer: "https://{domain}/oauth2/{server}",
            endpoints: Endpoints(
                authorization: "https://{domain}/oauth2/{server}/v1/authorize",
                token: "https://{domain}/oauth2/{server}/v1/token",
                revocation: "https://{domain}/oauth2/{server}/v1/revoke",
                introspection: "https://{domain}/oauth2/{server}/v1/introspect",
                userInfo: "https://{domain}/oauth2/{server}/v1/userinfo",
                deviceAuthorization: "https://{domain}/oauth2/{server}/v1/device/authorize"), domains: ["{domain}"],
            clientAuthentication: .basicFormEncoded,
            authorizationRequest: AuthorizationRequestStyle(offlineScope: "offline_access"),
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(7 * 86_400)),
            keepAlive: .seconds(84 * 3600),
            refreshTokens: RefreshTokenBehaviour(
                rotation: .sometimes, grace: .seconds(30), reuse: .revokesGrant, introspectable: true),
            revocationReach: .pair,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Okta (custom authorization server)",
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
                    """, pattern: "[A-Za-z0-9.-]{1,253}"),
            ProviderVariable(
                "server",
                about: """
                    authorization server id (e.g. aus9o8wzkhckw9TLa0h7z) or default; for the org authorization \
                    server use the provider okta-org
                    """, fallback: "default", pattern: "[A-Za-z0-9_-]{1,64}"),
        ],
        notes: [
            """
            Rotation is a setting of the app: web and mobile apps keep one persistent refresh token by \
            default, single-page apps rotate by default; both forms must be accepted.
            """,
            """
            With rotation on, a reused refresh token after the grace (default 30 s, settable 0 to 60 s) \
            ends the newest refresh token and all access tokens since sign-in.
            """,
            """
            Rotation does not lengthen the life: the new refresh token inherits the expiry of the first.
            """,
            """
            The refresh token life of a custom authorization server is set by its access policy: absolute \
            life unlimited by default, and it ends after 7 days without use by default, so a weekly task \
            can lose its grant.
            """,
            """
            offline_access must be asked for at the authorize endpoint, not at the token endpoint, and \
            the app must have the Refresh Token grant type switched on.
            """,
            """
            The access token life (5 minutes to 24 hours) is set by the access policy; rely on \
            expires_in.
            """,
            """
            Both authentication in the header and in the form in one request is refused as \
            invalid_request.
            """,
            """
            Revoking the refresh token also revokes its access token, revoking an access token leaves the \
            refresh token; revoking a dead token still answers 200.
            """,
            """
            Management call: POST https://{domain}/api/v1/apps/{appId}/credentials/secrets, then \
            .../{secretId}/lifecycle/deactivate, then DELETE; an own secret can be set as client_secret \
            in the POST.
            """,
            """
            If the feature OAuth secrets and key management is switched off while two secrets exist, Okta \
            keeps the newest.
            """,
            "By default one OAuth app may use at most 50 percent of an org-wide rate limit bucket.",
            "The token endpoint also takes the client's proof as post or private_key_jwt.",
            """
            Its API can replace the client secret in a person's place, once coffer app driver is given --api \
            okta: see docs/api-drivers.md.
            """,
        ],
        sources: oktaPages,
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.narrowing",
            "endpoints.registration", "endpoints.pushed_authorization", "authorization.iss", "authorization.loopback",
            "tokens.absolute_expiry", "tokens.access_survives_refresh", "tokens.early_refresh", "rate_limits",
            "client_secret.tokens_survive", "client_secret.also_signs",
        ])

    /// What both of Okta's kinds of server were read from.
    static let oktaPages = [
        DescriptionSource(
            "https://developer.okta.com/docs/guides/refresh-tokens/main/", read: "2026-11-21",
            fields: [
                "documentation", "authorization.offline_scope", "authorization.pkce", "client.authentication",
                "tokens.rotation", "tokens.grace", "tokens.idle_expiry", "tokens.reuse", "tokens.access_lifetime",
                "tokens.keep_alive", "notes",
            ]),
        DescriptionSource(
            "https://developer.okta.com/docs/concepts/auth-servers/", read: "2026-11-21",
            fields: ["issuer", "variables", "hosts.secrets"]),
        DescriptionSource(
            "https://github.com/okta/okta-developer-docs/blob/021698357fb257730fc891afb602ecb455b75fb2/packages/%40okta/vuepress-site/docs/reference/api/oidc/index.md",
            read: "2026-11-21",
            fields: [
                "endpoints", "errors.rules", "errors.dialect", "answer.error", "answer.error_message", "probes",
                "account", "tokens.introspectable", "notes",
            ]),
        DescriptionSource(
            "https://developer.okta.com/docs/guides/device-authorization-grant/main/", read: "2026-11-21",
            fields: ["endpoints.device_authorization"]),
        DescriptionSource(
            "https://developer.okta.com/docs/guides/revoke-tokens/main/", read: "2026-11-21",
            fields: ["endpoints.revocation", "revocation_reach", "notes"]),
        DescriptionSource(
            "https://github.com/okta/okta-react-native/issues/287", read: "2026-11-21", fields: ["errors.rules"]),
        DescriptionSource(
            "https://support.okta.com/help/s/article/What-is-the-lifetime-of-the-JWT-tokens?language=en_US",
            read: "2026-11-21", fields: ["tokens.access_lifetime", "notes"]),
        DescriptionSource(
            "https://developer.okta.com/docs/guides/client-secret-rotation-key/main/", read: "2026-11-21",
            fields: ["client_secret", "notes"]),
        DescriptionSource(
            "https://help.okta.com/ja-jp/Content/Topics/Apps/oauth-client-cred-mgmt.htm", read: "2026-11-21",
            fields: ["client_secret.overlap", "client_secret.steps"]),
        DescriptionSource(
            "https://developer.okta.com/docs/reference/rl2-token-oauth/", read: "2026-11-21", fields: ["notes"]),
    ]
}
