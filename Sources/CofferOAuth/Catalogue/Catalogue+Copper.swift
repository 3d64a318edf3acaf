// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Copper.
    static let copper = CatalogueEntry(
        ProviderDescription(
            id: "copper", displayName: "Copper",
            endpoints: Endpoints(
                authorization: "https://app.copper.com/oauth/authorize", token: "https://app.copper.com/oauth/token"),
            domains: ["app.copper.com"], clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(pkce: false, loopbackRedirect: false),
            tokenProbe: .api(path: "https://api.copper.com/developer_api/v1/users/me"),
            accountLookup: .api(path: "https://api.copper.com/developer_api/v1/users/me", idField: "id"),
            apiDomains: ["api.copper.com"],
            apiRateLimits: [RateLimit(amount: 600, interval: .seconds(60), burst: 600, scope: .account)]),
        documentation: "https://developer.copper.com/introduction/oauth/index.html",
        notes: [
            """
            The code comes back to the redirect URI in an HTTP POST body, not in the query string: a \
            callback that only reads GET parameters never sees it. There is no response_mode to change \
            that, and the documented body lists code and error, not state.
            """,
            "The one scope, developer/v1/all, must be sent.",
            """
            Access tokens do not expire and there is no refresh token and no revocation endpoint; a user \
            ends access under Settings, Integrations, Active Integrations.
            """,
            """
            Client id and secret are handed out by the vendor on request by e-mail (partners@copper.com), \
            for an https callback; no page to replace the secret was found, so replacement means writing \
            to the vendor.
            """,
            "id in users/me is a JSON number.",
            """
            Chosen over ActiveCampaign because no OAuth documentation of ActiveCampaign was found: its \
            API uses keys.
            """,
            "Access tokens do not expire.",
            "No refresh token is issued.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/heliohq/anycli/blob/tool/copper/DESIGN.md", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints", "hosts.secrets", "client", "authorization", "tokens", "rate_limits",
                    "probes.token", "hosts.api", "account", "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml", read: "2026-11-21",
                fields: ["endpoints"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/docs/integrations/all/copper.mdx", read: "2026-11-21",
                fields: ["documentation", "client_secret.replacement"]),
        ],
        unknown: [
            "errors.dialect",
            "errors.rules", "probes.secret", "client_secret.overlap", "client_secret.tokens_survive",
            "client_secret.steps", "client_secret.link", "client_secret.pattern",
        ])
}
