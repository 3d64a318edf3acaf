// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// authentik (self-hosted).
    static let authentik = CatalogueEntry(
        ProviderDescription(
            id: "authentik", displayName: "authentik (self-hosted)",
            issuer: "https://{host}/application/o/{application}/",
            endpoints: Endpoints(
                authorization: "https://{host}/application/o/authorize/", token: "https://{host}/application/o/token/",
                revocation: "https://{host}/application/o/revoke/",
                introspection: "https://{host}/application/o/introspect/",
                userInfo: "https://{host}/application/o/userinfo/",
                deviceAuthorization: "https://{host}/application/o/device/"), domains: ["{host}"],
            clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(loopbackRedirect: false, offlineScope: "offline_access"),
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(30 * 86_400)),
            keepAlive: .seconds(15 * 86_400),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, reuse: .refused, accessSurvivesRefresh: true),
            revocationReach: .token, secretProbe: .authorizationCode,
            tokenProbe: .api(path: "https://{host}/application/o/userinfo/"), accountLookup: .idToken,
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(
                    statuses: [400, 401], codes: ["invalid_client", "unsupported_grant_type", "invalid_scope"],
                    meaning: .configuration),
            ], secretFacts: SecretFacts(overlap: .oldEndsAtOnce, tokensSurvive: true)),
        documentation: "https://docs.goauthentik.io/add-secure-apps/providers/oauth2/",
        variables: [
            ProviderVariable(
                "host", about: "host name of the installation", pattern: "[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?"),
            ProviderVariable(
                "application", about: "slug of the application in authentik; part of the issuer only",
                pattern: "[A-Za-z0-9_-]{1,100}"),
        ],
        notes: [
            """
            Since 2024.2 a refresh token is only issued when the scope offline_access is asked for AND \
            the administrator has added the offline_access mapping to the provider; one without the other \
            silently gives none.
            """,
            """
            If a refresh sends scope at all, it must contain offline_access, else invalid_scope; send no \
            scope and the old ones stay.
            """,
            """
            Endpoints are the same for all applications; only the issuer, the discovery document, JWKS \
            and end-session carry the application's slug. An administrator may also set one global issuer \
            (the root URL), so the template of issuer can be wrong.
            """,
            "The slash at the end of each URL is part of it.",
            """
            A wrong secret answers 400 with invalid_client, not 401 (401 only at revocation). A \
            redirect_uri that does not match is answered as invalid_client too: do not take that for a \
            bad secret without looking at the grant type.
            """,
            """
            Newer versions have a refresh token threshold in the provider: 0 always renews; with another \
            value the answer may carry NO refresh_token and the old one goes on. In the version read the \
            comparison (now minus expiry greater than the threshold) is only true after the expiry, so \
            with a threshold set the token is in effect never renewed and the grant ends at its age. Then \
            rotation is sometimes and absolute_expiry the configured validity.
            """,
            """
            Revoking a refresh token deletes that token only; access tokens issued with it live on until \
            they expire.
            """,
            """
            A spent token that is used again is refused and logged as a suspicious request; the family \
            stays.
            """,
            """
            Refresh tokens hang on the login session's row: ending the session in authentik deletes them \
            (seen in the model; cascade on the session).
            """,
            """
            Without a signing key in the provider, tokens are signed HS256 with the client secret: \
            replacing the secret then makes every living access and id token fail verification.
            """,
            """
            One secret per provider, a plain field (up to 255 characters, 128 when made by the server): \
            the new one holds at once, the old one dies at once. Whoever edits it may type any value. A \
            program could set it through the API (provider object, member client_secret).
            """,
            """
            Lifetimes are set per provider; 1 hour and 30 days are the defaults of the version read, and \
            an installation may run other ones.
            """,
            """
            A confidential client compares the secret for code and refresh; redirect URIs are compared \
            exactly or as regular expressions, as set for each.
            """,
            "The token endpoint also takes the client's proof as basic.",
            "A refresh token has no greatest age.",
            "A spent refresh token is refused at once.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/goauthentik/authentik/blob/00d93d879e77a12f82a4a6010109da70de015134/website/docs/add-secure-apps/providers/oauth2/index.mdx",
                read: "2026-11-21", fields: ["documentation", "endpoints", "authorization.offline_scope", "notes"]),
            DescriptionSource(
                "https://github.com/goauthentik/authentik/blob/005f3a9fdf3a0047465a4789ee016cbacb3a3777/authentik/providers/oauth2/views/token.py",
                read: "2026-11-21",
                fields: [
                    "authorization.pkce", "authorization.loopback", "authorization.scope_separator", "tokens",
                    "errors.rules", "errors.dialect", "answer.error", "answer.error_message", "probes.secret",
                    "tokens.keep_alive", "notes",
                ]),
            DescriptionSource(
                "https://github.com/goauthentik/authentik/blob/02a34d229886c5d4dbd0e04778b4d0f22ca1d083/authentik/providers/oauth2/views/token_revoke.py",
                read: "2026-11-21",
                fields: [
                    "revocation_reach", "endpoints.revocation", "errors.rules", "errors.dialect", "answer.error",
                    "answer.error_message",
                ]),
            DescriptionSource(
                "https://github.com/goauthentik/authentik/blob/01da8e179288f228aa145af2163e5ab10ed423af/authentik/providers/oauth2/views/provider.py",
                read: "2026-11-21", fields: ["issuer", "variables", "endpoints", "client", "probes.token", "account"]),
            DescriptionSource(
                "https://github.com/goauthentik/authentik/blob/014e22c3d0949e6826125bb82525f4d1bbaa5c55/authentik/providers/oauth2/models.py",
                read: "2026-11-21",
                fields: [
                    "issuer", "hosts.secrets", "tokens.access_lifetime", "tokens.idle_expiry", "client_secret", "notes",
                ]),
        ],
        unknown: [
            "authorization.iss", "endpoints.registration", "rate_limits", "client_secret.steps", "client_secret.link",
        ])
}
