// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Microsoft Entra ID (v2.0).
    static let microsoft = CatalogueEntry(
        ProviderDescription(
            id: "microsoft", displayName: "Microsoft Entra ID (v2.0)",
            endpoints: Endpoints(
                authorization: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
                token: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
                userInfo: "https://graph.microsoft.com/oidc/userinfo",
                deviceAuthorization: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode"),
            domains: ["login.microsoftonline.com"], clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(
                extra: ["response_mode": "query"], offlineScope: "offline_access"),
            lifetimes: TokenLifetimes(refreshToken: .seconds(90 * 86_400)), keepAlive: .seconds(45 * 86_400),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, grace: .seconds(90 * 86_400)),
            revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Microsoft Entra ID (v2.0)",
                    steps: OperatorInstructions.generic.steps, link: "https://go.microsoft.com/fwlink/?linkid=2083908")),
            accountLookup: .idToken, apiDomains: ["graph.microsoft.com"],
            errorRules: [
                ErrorRule(codes: ["temporarily_unavailable", "server_error"], meaning: .transient),
                ErrorRule(codes: ["invalid_grant", "interaction_required", "consent_required"], meaning: .reauthorize),
                ErrorRule(
                    codes: [
                        "invalid_client", "unauthorized_client", "invalid_resource", "invalid_scope",
                        "unsupported_grant_type", "invalid_request",
                    ], meaning: .configuration),
            ], secretFacts: SecretFacts(overlap: .untilRemoved), narrowing: .refresh),
        documentation: "https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow",
        variables: [
            ProviderVariable(
                "tenant", about: "directory (tenant) id or domain; or common, organizations, consumers",
                fallback: "common", pattern: "[A-Za-z0-9.-]{1,253}")
        ],
        notes: [
            """
            rotation: every refresh gives a new refresh token, but the used one is NOT revoked and goes \
            on working until its own time is up: after a leak, refreshing does not shut out the thief.
            """,
            """
            There is no RFC 7009 endpoint. POST https://graph.microsoft.com/v1.0/me/revokeSignInSessions \
            (or /users/{id}/revokeSignInSessions) ends ALL refresh tokens of that person for ALL apps, \
            takes minutes, and access tokens live on until they expire.
            """,
            """
            A redirect address registered as type spa gives refresh tokens that die 24 hours after the \
            first sign-in whatever happens; later ones inherit that end. An app whose people sign in with \
            an e-mail one-time code also gets 24 hours.
            """,
            """
            A redirect address of type spa is refused without an Origin header, and client secrets are \
            refused with one.
            """,
            """
            The secret must be percent-encoded in the form; secrets often contain characters that a \
            hand-made form breaks.
            """,
            """
            One access token is for one resource: on refresh the scopes' FIRST resource decides. A \
            refresh token serves any resource and tenant that was consented to.
            """,
            """
            A token for another resource is asked for by a scope of that resource, as \
            https://management.azure.com/.default; within one resource the answer names all that was \
            consented to, and is then refused as not narrowed.
            """,
            "A guest signing in to another tenant needs that tenant's id; common does not do.",
            """
            error_codes (array of numbers) in the answer tells more than error: 700082 is a refresh token \
            unused for 90 days; error stays invalid_grant.
            """,
            """
            Refresh tokens of confidential clients survive an expired, changed or administrator-reset \
            password; those of public clients with a password do not.
            """,
            """
            Secrets made with addPassword live two years unless told otherwise: the secret has an end \
            date of its own, which must be watched.
            """,
            """
            Use http://localhost for loopback: the port is left out of the comparison; for \
            http://127.0.0.1 the app manifest must be edited.
            """,
            """
            National clouds have other hosts (login.microsoftonline.us, login.chinacloudapi.cn): a \
            separate entry is needed.
            """,
            """
            The account's id is sub, which is this app's own for that person, and is known only where the scope openid is \
            asked for; tid beside it is the tenant. The userinfo endpoint takes tokens for Microsoft Graph alone.
            """,
            """
            Under common and organizations the issuer of an ID token is the person's own tenant, \
            https://login.microsoftonline.com/{tid}/v2.0: no one issuer can be stated.
            """,
            "The token endpoint also takes the client's proof as basic or private_key_jwt.",
            """
            Its API can replace the client secret in a person's place, once coffer app driver is given --api \
            microsoft: see docs/api-drivers.md.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow",
                read: "2026-11-21",
                fields: [
                    "documentation", "variables", "endpoints", "hosts.secrets", "client", "authorization",
                    "errors.rules", "errors.dialect", "answer.error", "answer.error_message", "tokens.rotation",
                    "notes",
                ]),
            DescriptionSource(
                "https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens", read: "2026-11-21",
                fields: [
                    "tokens.rotation", "tokens.grace", "tokens.idle_expiry", "tokens.keep_alive", "tokens.narrowing",
                    "notes",
                ]),
            DescriptionSource(
                "https://learn.microsoft.com/en-us/entra/identity-platform/reply-url", read: "2026-11-21",
                fields: ["authorization.loopback", "notes"]),
            DescriptionSource(
                "https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code", read: "2026-11-22",
                fields: ["endpoints.device_authorization", "account"]),
            DescriptionSource(
                "https://learn.microsoft.com/en-us/entra/identity-platform/userinfo", read: "2026-11-22",
                fields: ["endpoints.userinfo", "hosts.api", "account"]),
            DescriptionSource(
                "https://learn.microsoft.com/en-us/azure/active-directory/develop/id-tokens", read: "2026-11-22",
                fields: ["account", "notes"]),
            DescriptionSource(
                "https://learn.microsoft.com/en-us/answers/questions/1158831/invalidate-old-refresh-token-after-using-it-to-get",
                read: "2026-11-21", fields: ["revocation_reach", "endpoints.revocation", "notes"]),
            DescriptionSource(
                "https://learn.microsoft.com/graph/api/application-addpassword", read: "2026-11-19",
                fields: ["client_secret", "revocation_reach", "endpoints.revocation", "notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable",
            "issuer", "tokens.access_lifetime",
            "tokens.early_refresh", "tokens.absolute_expiry", "tokens.access_survives_refresh", "rate_limits",
            "probes", "client_secret.tokens_survive", "client_secret.steps", "client_secret.pattern",
            "authorization.iss", "tokens.reuse",
        ])
}
