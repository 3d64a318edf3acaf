// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Typeform.
    static let typeform = CatalogueEntry(
        ProviderDescription(
            id: "typeform", displayName: "Typeform",
            endpoints: Endpoints(
                authorization: "https://api.typeform.com/oauth/authorize", token: "https://api.typeform.com/oauth/token"
            ), domains: ["api.typeform.com"], clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(pkce: false, offlineScope: "offline"),
            lifetimes: TokenLifetimes(accessToken: .seconds(7 * 86_400)),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, reuse: .refused),
            tokenProbe: .api(path: "https://api.typeform.com/me"),
            apiRateLimits: [RateLimit(amount: 2, interval: .seconds(1), burst: 2, scope: .account)]),
        documentation: "https://www.typeform.com/developers/get-started/applications/",
        notes: [
            """
            Without the scope offline there is no refresh token and the connection ends after a week.
            """,
            "The scope word is offline, not offline_access.",
            "A refresh may narrow the scopes but never widen them; more scopes need a new consent.",
            """
            Accounts in the EU data centre are served by api.eu.typeform.com or api.typeform.eu; \
            api.typeform.com does not have their data. Which host their OAuth uses was not found.
            """,
            """
            The client secret is shown once and can be made anew in the admin panel under Developer Apps; \
            what becomes of the old one is not stated.
            """,
            """
            GET /me documents alias, email and language; a user_id is only reported by others, so no \
            stable account id is documented. It needs the scope accounts:read.
            """,
            "No revocation endpoint is documented.",
            "A spent refresh token is refused at once.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/heliohq/anycli/blob/tool/typeform/DESIGN.md", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints", "hosts.secrets", "client", "authorization", "tokens", "rate_limits",
                    "probes.token", "revocation_reach", "endpoints.revocation", "client_secret.replacement", "notes",
                ]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml", read: "2026-11-21",
                fields: ["endpoints", "authorization.pkce", "authorization.offline_scope"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/docs/integrations/all/typeform.mdx", read: "2026-11-21",
                fields: ["authorization.offline_scope"]),
        ],
        unknown: [
            "errors.dialect",
            "authorization.loopback", "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.access_survives_refresh",
            "errors.rules", "account", "probes.secret", "client_secret.overlap", "client_secret.tokens_survive",
            "client_secret.steps", "client_secret.link", "client_secret.pattern",
        ])
}
