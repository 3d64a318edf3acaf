// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// ClickUp.
    static let clickup = CatalogueEntry(
        ProviderDescription(
            id: "clickup", displayName: "ClickUp",
            endpoints: Endpoints(
                authorization: "https://app.clickup.com/api", token: "https://api.clickup.com/api/v2/oauth/token"),
            domains: ["api.clickup.com"], clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(responseType: false),
            tokenProbe: .api(path: "https://api.clickup.com/api/v2/user"),
            apiRateLimits: [RateLimit(amount: 100, interval: .seconds(60), burst: 100, scope: .account)]),
        documentation: "https://developer.clickup.com/docs/authentication",
        notes: [
            """
            The access token does not expire at present and there is no refresh token; the vendor says \
            that this may change, so honour expires_in if one day it comes.
            """,
            """
            The authorization URL is https://app.clickup.com/api itself; it takes client_id, redirect_uri \
            and state only: no response_type, no scope. The user picks workspaces instead of scopes, and \
            repeats the flow to change them.
            """,
            """
            Public code sends the three members client_id, client_secret and code as JSON, as a form or \
            in the query string; grant_type and redirect_uri are not documented. Avoid the query string: \
            it holds the secret.
            """,
            """
            The limit is per token and depends on the workspace's plan: 100 a minute up to Business, 1000 \
            Business Plus, 10000 Enterprise. 429 carries X-RateLimit-Reset (Unix time), no Retry-After is \
            named.
            """,
            """
            Only owners or administrators of a workspace can make an app. Redirect URIs without TLS are \
            still taken, but may not be for long.
            """,
            "Personal tokens go without the word Bearer, OAuth tokens with it.",
            "Access tokens do not expire.",
            "No refresh token is issued.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/docs/api-integrations/clickup.mdx", read: "2026-11-21",
                fields: ["probes.token"]),
            DescriptionSource(
                "https://developer.clickup.com/docs/authentication", read: "2026-11-21",
                fields: ["documentation", "endpoints", "hosts.secrets", "client", "authorization", "tokens", "notes"]),
            DescriptionSource(
                "https://developer.clickup.com/docs/rate-limits", read: "2026-11-21", fields: ["rate_limits"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml", read: "2026-11-21",
                fields: ["endpoints"]),
        ],
        unknown: [
            "errors.dialect",
            "client.body", "authorization.pkce", "authorization.loopback", "errors.rules", "account", "probes.secret",
            "revocation_reach", "endpoints.revocation", "client_secret",
        ])
}
