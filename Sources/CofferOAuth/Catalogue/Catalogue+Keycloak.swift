// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Keycloak.
    static let keycloak = CatalogueEntry(
        ProviderDescription(
            id: "keycloak", displayName: "Keycloak", issuer: "https://{host}/realms/{realm}",
            endpoints: Endpoints(
                authorization: "https://{host}/realms/{realm}/protocol/openid-connect/auth",
                token: "https://{host}/realms/{realm}/protocol/openid-connect/token",
                revocation: "https://{host}/realms/{realm}/protocol/openid-connect/revoke",
                introspection: "https://{host}/realms/{realm}/protocol/openid-connect/token/introspect",
                registration: "https://{host}/realms/{realm}/clients-registrations/openid-connect",
                userInfo: "https://{host}/realms/{realm}/protocol/openid-connect/userinfo",
                deviceAuthorization: "https://{host}/realms/{realm}/protocol/openid-connect/auth/device"),
            domains: ["{host}"], clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(iss: true, offlineScope: "offline_access"),
            lifetimes: TokenLifetimes(refreshToken: .seconds(30 * 86_400)), keepAlive: .seconds(15 * 86_400),
            refreshTokens: RefreshTokenBehaviour(rotation: .sometimes, reuse: .revokesGrant, introspectable: true),
            revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Keycloak",
                    steps: [
                        "Open the Keycloak Admin Console, the realm, Clients, and the client",
                        "Credentials tab, Regenerate next to the client secret",
                        "Copy the new secret and give it to the program",
                    ])), secretProbe: .introspection, tokenProbe: .introspection,
            accountLookup: .api(path: "https://{host}/realms/{realm}/protocol/openid-connect/userinfo", idField: "sub"),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(
                    statuses: [401, 400], codes: ["unauthorized_client", "invalid_client"], meaning: .configuration),
            ], secretFacts: SecretFacts(overlap: .oldEndsAtOnce)),
        documentation: "https://www.keycloak.org/securing-apps/oidc-layers",
        variables: [
            ProviderVariable(
                "host",
                about: """
                    host of the Keycloak server, with a port if it has one; a server under the path /auth needs a \
                    description of its own
                    """, pattern: "[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?"),
            ProviderVariable("realm", about: "name of the realm", pattern: "[^/?#]{1,255}"),
        ],
        notes: [
            """
            A wrong client secret is HTTP 401 with error unauthorized_client ('Invalid client or Invalid \
            client credentials'), not invalid_client.
            """,
            """
            The revocation endpoint answers HTTP 200 with {error: invalid_token} for a token it does not \
            know: look into the body.
            """,
            """
            Without the scope offline_access the refresh token dies with the browser session (SSO Session \
            Idle and SSO Session Max) and at logout; with it, it is an offline token that must be used \
            once in 30 days (Offline Session Idle, default) and by default has no end; where Offline \
            Session Max Limited is on it ends after 60 days (default).
            """,
            "idle_expiry 30d is that of an offline token; a realm or a client can set a shorter one.",
            """
            Revoke Refresh Token is off by default: each refresh answers a new refresh token while the \
            old goes on working; where it is on each refresh token may be used once (plus Refresh Token \
            Max Reuse, and a reuse period in newer versions) and the new one must be stored.
            """,
            """
            Error texts of a dead refresh token, all invalid_grant: Token is not active, Session not \
            active, Session doesn't have required client, Stale token, Maximum allowed refresh token \
            reuse exceeded.
            """,
            "Idle limits have a window of two minutes on top.",
            """
            Revoking a refresh token ends the client session and (by the documentation) also withdraws \
            the user's consent for the client.
            """,
            """
            Regenerate kills the old secret at once unless the client-policy executor for secret rotation \
            is set, then two secrets live at a time (experimental) and GET or DELETE \
            .../client-secret/rotated serves the old one.
            """,
            """
            Admin call: POST /admin/realms/{realm}/clients/{uuid}/client-secret with manage-clients; uuid \
            is the internal id, not the client_id.
            """,
            """
            The user needs the realm role offline_access, else the token endpoint refuses with \
            not_allowed.
            """,
            """
            The callback can carry error=temporarily_unavailable with \
            error_description=authentication_expired: start the authorization again at once.
            """,
            """
            The token endpoint also takes the client's proof as private_key_jwt or mutual_tls or none.
            """,
            """
            Its API can replace the client secret in a person's place, once coffer app driver is given --api \
            keycloak: see docs/api-drivers.md.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://github.com/keycloak/keycloak/blob/1683a2e031ff8cba2290480c583e67452269df1c/docs/guides/securing-apps/partials/oidc/available-endpoints.adoc",
                read: "2026-11-21",
                fields: [
                    "documentation", "issuer", "variables", "endpoints", "hosts.secrets", "probes.token",
                    "probes.secret", "account", "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/blob/09994c361bf7028d08b22d7eacf1295f3af5e7f0/docs/guides/securing-apps/specifications.adoc",
                read: "2026-11-21", fields: ["authorization.iss", "authorization.pkce"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/blob/17a2ecf74d5713c2b63ff9f3199cf50b2efad16f/docs/documentation/server_admin/topics/clients/oidc/con-basic-settings.adoc",
                read: "2026-11-21", fields: ["authorization.pkce"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/blob/02c8ca0a583ae6f2ae4b3f6963679ebe7632a5a9/docs/documentation/server_admin/topics/sessions/offline.adoc",
                read: "2026-11-21",
                fields: [
                    "authorization.offline_scope", "tokens.idle_expiry", "tokens.rotation", "tokens.keep_alive",
                    "notes",
                ]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/blob/68a58dbffbf0a0847b1044c0fc4bf3da3e0807e5/docs/documentation/server_admin/topics/sessions/timeouts.adoc",
                read: "2026-11-21", fields: ["tokens", "notes"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/pull/29966", read: "2026-11-21",
                fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/pull/8130", read: "2026-11-21", fields: ["tokens.reuse"]),
            DescriptionSource("https://github.com/keycloak/keycloak/pull/4510", read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/issues/14040", read: "2026-11-21",
                fields: ["errors.rules", "errors.dialect", "answer.error", "answer.error_message"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/issues/9299", read: "2026-11-21",
                fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/issues/16923", read: "2026-11-21",
                fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/Stirling-Tools/Stirling-PDF/issues/6567", read: "2026-11-21",
                fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/blob/a2c1055f8df21b53b969f922fb9a044a76d22604/services/src/main/java/org/keycloak/protocol/oidc/endpoints/TokenRevocationEndpoint.java",
                read: "2026-11-21", fields: ["revocation_reach", "notes"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/blob/110a62421652e631dc667d8d9584dd52d101f96a/services/src/main/java/org/keycloak/protocol/oidc/RefreshTokenIntrospectionProvider.java",
                read: "2026-11-23", fields: ["tokens.introspectable"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/blob/03f1a16370d3870d2b9b2a667af764f2134f2d8c/docs/documentation/server_admin/topics/clients/oidc/con-confidential-client-credentials.adoc",
                read: "2026-11-21", fields: ["client_secret.steps"]),
            DescriptionSource(
                "https://github.com/keycloak/keycloak/blob/498216696d9b60638ea95fcc51fdfbacb8d72236/docs/documentation/server_admin/topics/clients/oidc/con-secret-rotation.adoc",
                read: "2026-11-21", fields: ["client_secret", "notes"]),
            DescriptionSource(
                "https://www.keycloak.org/docs/latest/server_admin/#_secret_rotation", read: "2026-11-19",
                fields: ["client_secret.replacement", "client_secret.overlap", "notes"]),
        ],
        unknown: [
            "client.authentication", "authorization.loopback", "tokens.access_lifetime", "tokens.absolute_expiry",
            "tokens.grace", "tokens.access_survives_refresh", "rate_limits", "client_secret.tokens_survive",
            "client_secret.pattern", "endpoints.pushed_authorization",
        ])
}
