// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Auth0.
    static let auth0 = CatalogueEntry(
        ProviderDescription(
            id: "auth0", displayName: "Auth0", issuer: "https://{domain}/",
            endpoints: Endpoints(
                authorization: "https://{domain}/authorize", token: "https://{domain}/oauth/token",
                registration: "https://{domain}/oidc/register", userInfo: "https://{domain}/userinfo",
                deviceAuthorization: "https://{domain}/oauth/device/code"), domains: ["{domain}"],
            clientAuthentication: .basicFormEncoded,
            authorizationRequest: AuthorizationRequestStyle(offlineScope: "offline_access"),
            lifetimes: TokenLifetimes(accessToken: .seconds(24 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .sometimes, reuse: .revokesGrant),
            // A tenant's, which all of its apps and users share; no scope says so, and this one is never too fast.
            rateLimit: RateLimit(amount: 30, interval: .seconds(1), burst: 30, scope: .sourceAddress),
            revocationReach: .token,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Auth0",
                    steps: [
                        "Open the Auth0 Dashboard, Applications, Applications, and the application",
                        "Settings tab, scroll down to the Danger Zone, Rotate, confirm",
                        "Credentials tab, Client Secret, the eye, copy the new secret",
                        """
                        Give it to the program; for up to 30 seconds either the old or the new secret may be accepted
                        """,
                    ], link: "https://manage.auth0.com/#/applications")),
            tokenProbe: .api(path: "https://{domain}/userinfo"),
            accountLookup: .api(path: "https://{domain}/userinfo", idField: "sub"),
            errorRules: [
                ErrorRule(statuses: [403, 400, 401], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(statuses: [403], codes: ["mfa_required"], meaning: .reauthorize),
            ], secretFacts: SecretFacts(overlap: .oldEndsAtOnce, propagation: .seconds(30))),
        documentation: "https://auth0.com/docs/secure/tokens/refresh-tokens",
        variables: [
            ProviderVariable(
                "domain", about: "Auth0 domain of the tenant, e.g. example.us.auth0.com, or its custom domain",
                pattern: "[A-Za-z0-9.-]{1,253}")
        ],
        notes: [
            """
            A dead refresh token is HTTP 403 with invalid_grant and 'Unknown or invalid refresh token.', \
            not 400.
            """,
            "issuer ends with a slash.",
            """
            While a secret is rotated (up to 30 s) either the old or the new one may be accepted: try \
            both; the safest way is to choose the new secret beforehand and set it with PATCH \
            /api/v2/clients/{id} {client_secret}, or POST /api/v2/clients/{id}/rotate-secret (scope \
            update:client_keys).
            """,
            """
            Rotation of refresh tokens is a setting of the application; with it on the answer has a new \
            refresh token each time, and reuse of an old one revokes the whole family and the grant.
            """,
            """
            The rotation overlap (leeway) is off by default; inside it only the last token but one may be \
            repeated, an older one triggers breach detection.
            """,
            """
            With rotation on the life is 30 days by default (up to 1 year) and is NOT lengthened by \
            rotation; idle life, where switched on, is 30 days by default; without expiry settings a \
            refresh token does not expire.
            """,
            """
            Switching rotation on or off swaps the token at the next exchange and deletes the others of \
            the same client, API and user: a second copy of the grant dies.
            """,
            "The 201st refresh token of one user and application deletes the oldest.",
            """
            The API must have Allow Offline Access on and the request needs audience to get an access \
            token for an own API.
            """,
            """
            oauth/revoke takes refresh tokens only, with client_id and client_secret in the body; whether \
            the whole grant goes is a tenant setting (Refresh Token Revocation Deletes Grant, off for \
            tenants since 13 January 2021).
            """,
            """
            Token endpoint rate limit differs by plan (Free: 30 per second per tenant), userinfo: 5 per \
            minute per user on Free, so do not use it as a frequent probe.
            """,
            """
            The documentation also lists 401 for an invalid refresh token: decide by the code, not by the \
            status.
            """,
            "The token endpoint also takes the client's proof as post or none or private_key_jwt.",
            "At most 200 grants of one account live at once.",
            """
            Its API can replace the client secret in a person's place, once coffer app driver is given --api \
            auth0: see docs/api-drivers.md.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://auth0.com/docs/get-started/applications/configure-applications-with-oidc-discovery",
                read: "2026-11-21", fields: ["issuer", "endpoints", "hosts.secrets", "variables"]),
            DescriptionSource(
                "https://auth0.com/docs/secure/tokens/refresh-tokens", read: "2026-11-21",
                fields: ["documentation", "notes"]),
            DescriptionSource(
                "https://auth0.com/docs/secure/tokens/refresh-tokens/use-refresh-tokens", read: "2026-11-21",
                fields: ["client.authentication", "tokens.early_refresh"]),
            DescriptionSource(
                "https://auth0.com/docs/secure/tokens/refresh-tokens/get-refresh-tokens", read: "2026-11-21",
                fields: ["authorization.offline_scope", "notes"]),
            DescriptionSource(
                "https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation", read: "2026-11-21",
                fields: ["tokens.rotation", "tokens.reuse", "authorization.pkce"]),
            DescriptionSource(
                "https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-rotation",
                read: "2026-11-21", fields: ["tokens.reuse", "notes"]),
            DescriptionSource(
                "https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-expiration",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://auth0.com/docs/secure/tokens/access-tokens/update-access-token-lifetime", read: "2026-11-21",
                fields: ["tokens.access_lifetime"]),
            DescriptionSource(
                "https://auth0.com/docs/api/authentication/refresh-token/refresh-token", read: "2026-11-21",
                fields: ["errors.rules", "errors.dialect", "answer.error", "answer.error_message", "notes"]),
            DescriptionSource(
                "https://github.com/auth0/Auth0.Android/issues/334", read: "2026-11-21",
                fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/auth0/auth0-react/issues/519", read: "2026-11-21",
                fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://auth0.com/docs/api/authentication/user-profile/get-user-info", read: "2026-11-21",
                fields: ["endpoints.userinfo", "probes.token", "account"]),
            DescriptionSource(
                "https://auth0.com/docs/api/authentication/revoke-refresh-token/revoke-refresh-token",
                read: "2026-11-21", fields: ["endpoints.revocation", "revocation_reach", "notes"]),
            DescriptionSource(
                "https://auth0.com/docs/secure/tokens/refresh-tokens/revoke-refresh-tokens", read: "2026-11-21",
                fields: ["revocation_reach", "endpoints.revocation", "notes"]),
            DescriptionSource(
                "https://auth0.com/docs/get-started/applications/rotate-client-secret", read: "2026-11-21",
                fields: ["client_secret", "notes"]),
            DescriptionSource(
                "https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy/rate-limit-configurations/free-public",
                read: "2026-11-21", fields: ["rate_limits", "notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "probes.secret", "tokens.grace", "tokens.idle_expiry", "tokens.absolute_expiry",
            "tokens.access_survives_refresh", "authorization.iss", "authorization.loopback",
            "client_secret.tokens_survive", "client_secret.pattern", "endpoints.introspection",
        ])
}
