// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Pocket ID (self-hosted).
    static let pocketid = CatalogueEntry(
        ProviderDescription(
            id: "pocketid", displayName: "Pocket ID (self-hosted)", issuer: "https://{host}",
            endpoints: Endpoints(
                authorization: "https://{host}/authorize", token: "https://{host}/api/oidc/token",
                introspection: "https://{host}/api/oidc/introspect", userInfo: "https://{host}/api/oidc/userinfo",
                deviceAuthorization: "https://{host}/api/oidc/device/authorize",
                pushedAuthorization: "https://{host}/api/oidc/par"), domains: ["{host}"],
            clientAuthentication: .basicFormEncoded, authorizationRequest: AuthorizationRequestStyle(iss: true),
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(30 * 86_400)),
            keepAlive: .seconds(15 * 86_400),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, reuse: .revokesGrant, accessSurvivesRefresh: false),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Pocket ID (self-hosted)",
                    steps: [
                        "Sign in as an administrator and open Settings, OIDC clients, then the client.",
                        """
                        In the card Client secrets press Add client secret (an end date may be given) and copy the \
                        value: it is shown once.
                        """, "Put the new secret into the vault and check one refresh.",
                        "Delete the old secret in the same card: it stops at once.",
                    ])), tokenProbe: .api(path: "https://{host}/api/oidc/userinfo"), accountLookup: .idToken,
            errorRules: [
                ErrorRule(codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(codes: ["invalid_client", "unauthorized_client"], meaning: .configuration),
            ], secretFacts: SecretFacts(overlap: .untilRemoved, tokensSurvive: true)),
        documentation: "https://pocket-id.org/docs",
        variables: [
            ProviderVariable(
                "host", about: "host name of the installation, as in its APP_URL",
                pattern: "[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
        ],
        notes: [
            """
            There is no revocation endpoint (none in the discovery document and none routed): a leaked \
            refresh token is ended by spending it twice, which revokes the grant, or by an administrator.
            """,
            """
            The token, userinfo, introspection and PAR endpoints may lie at another host than the issuer: \
            the server's INTERNAL_APP_URL replaces the base of just these in the discovery document. Read \
            https://{host}/.well-known/openid-configuration rather than trust the template, and let a \
            person confirm a host that differs before a secret is sent there.
            """,
            """
            Sending a spent refresh token revokes the whole family: the lost-answer case costs the grant.
            """,
            """
            Two refreshes of one token at the same time may answer invalid_request with a hint to try \
            again; that is not a dead grant.
            """,
            """
            The server is set up to ask no scope for refresh tokens (RefreshTokenScopes is empty), so one \
            should come without offline_access; asking for it does no harm. Older versions were not read.
            """,
            """
            Both lifetimes are per client and set by the administrator: 60 minutes and 30 days are the \
            defaults; each refresh gives the new refresh token its full life again.
            """,
            """
            A refresh checks again that the user may use the client; a removed user or group makes \
            refreshes fail.
            """,
            """
            Access tokens are JWTs (RFC 9068): the server forgets the old one at a refresh, but a \
            resource server that only checks the signature still takes it.
            """,
            """
            Up to 20 secrets may live side by side, each with an end date if wanted; only hashes are \
            stored. There is also an API for it: POST and DELETE /api/oidc/clients/{id}/secrets, which a \
            later version of the vault could drive.
            """,
            """
            Introspection takes Basic or a Bearer token. Redirect URIs on http are refused unless \
            ALLOW_INSECURE_CALLBACK_URLS is set or they are loopback (Fosite's rule for secure \
            redirects).
            """,
            "The token endpoint also takes the client's proof as post or none.",
            "A refresh token has no greatest age.",
            "A spent refresh token is refused at once.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/pocket-id/pocket-id/blob/d258d952b1573300860aff369e300a76f6fb5f09/backend/internal/controller/well_known_controller.go",
                read: "2026-11-21",
                fields: [
                    "documentation", "issuer", "variables", "endpoints", "hosts.secrets", "client", "authorization",
                    "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://github.com/pocket-id/pocket-id/blob/d258d952b1573300860aff369e300a76f6fb5f09/backend/internal/oidc/provider.go",
                read: "2026-11-21", fields: ["authorization.iss", "notes"]),
            DescriptionSource(
                "https://github.com/pocket-id/pocket-id/blob/d258d952b1573300860aff369e300a76f6fb5f09/backend/internal/oidc/store.go",
                read: "2026-11-21", fields: ["tokens.rotation", "tokens.grace", "tokens.access_survives_refresh"]),
            DescriptionSource(
                "https://github.com/pocket-id/fosite/blob/9cfedb240129711ccee0289db4affcf5b2f4d9ab/handler/oauth2/flow_refresh.go",
                read: "2026-11-21",
                fields: [
                    "tokens.rotation", "tokens.grace", "tokens.reuse", "tokens.idle_expiry", "tokens.absolute_expiry",
                    "tokens.early_refresh", "errors.rules", "errors.dialect", "answer.error", "answer.error_message",
                    "tokens.keep_alive",
                ]),
            DescriptionSource(
                "https://github.com/pocket-id/pocket-id/blob/d258d952b1573300860aff369e300a76f6fb5f09/backend/internal/model/oidc.go",
                read: "2026-11-21", fields: ["tokens.access_lifetime", "tokens.idle_expiry"]),
            DescriptionSource(
                "https://github.com/pocket-id/pocket-id/blob/d258d952b1573300860aff369e300a76f6fb5f09/backend/internal/oidc/client.go",
                read: "2026-11-21", fields: ["client_secret.overlap", "client_secret.tokens_survive"]),
            DescriptionSource(
                "https://github.com/pocket-id/pocket-id/blob/d258d952b1573300860aff369e300a76f6fb5f09/backend/internal/controller/oidc_controller.go",
                read: "2026-11-21", fields: ["client_secret", "notes"]),
            DescriptionSource(
                "https://github.com/pocket-id/pocket-id/blob/d258d952b1573300860aff369e300a76f6fb5f09/frontend/messages/en.json",
                read: "2026-11-21", fields: ["client_secret.steps"]),
            DescriptionSource(
                "https://github.com/pocket-id/pocket-id/blob/d258d952b1573300860aff369e300a76f6fb5f09/backend/internal/oidc/token_handler.go",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/pocket-id/pocket-id/blob/d258d952b1573300860aff369e300a76f6fb5f09/backend/internal/oidc/module.go",
                read: "2026-11-21",
                fields: ["endpoints", "probes.token", "account", "revocation_reach", "endpoints.revocation"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.loopback", "rate_limits", "probes.secret", "client_secret.link",
        ])
}
