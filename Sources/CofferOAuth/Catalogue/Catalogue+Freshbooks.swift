// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// FreshBooks.
    static let freshbooks = CatalogueEntry(
        ProviderDescription(
            id: "freshbooks", displayName: "FreshBooks",
            endpoints: Endpoints(
                authorization: "https://auth.freshbooks.com/oauth/authorize/",
                token: "https://api.freshbooks.com/auth/oauth/token"), domains: ["api.freshbooks.com"],
            clientAuthentication: .post, tokenBody: .json, sendsRedirectOnRefresh: true,
            lifetimes: TokenLifetimes(accessToken: .seconds(12 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, reuse: .refused),
            tokenProbe: .api(path: "https://api.freshbooks.com/auth/api/v1/users/me"),
            accountLookup: .api(path: "https://api.freshbooks.com/auth/api/v1/users/me", idField: "response.id")),
        documentation: "https://www.freshbooks.com/api/authentication",
        notes: [
            """
            A refresh must repeat redirect_uri in the body, and the documented body is JSON with \
            client_id and client_secret inside; the official community SDK sends the same fields as a \
            form, so both are taken.
            """,
            """
            Only one refresh token lives per user and app: connecting the same user a second time, or \
            refreshing in a second copy, kills the first.
            """,
            "A refresh token serves once; the new one ends the old at once.",
            """
            The vendor's authorization URL has no scope parameter (scopes come from the app's settings); \
            the SDK may send scope, space separated, to ask for a part of them.
            """,
            "The answer carries created_at (Unix seconds) beside expires_in; the SDK adds the two.",
            "users/me is shown with the header Api-Version: alpha; response.id is a JSON number.",
            "Revocation is a POST with a JSON body: client_id, client_secret, token.",
            "The redirect URI must be https.",
            "At most 1 grants of one account live at once.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/amcintosh/freshbooks-python-sdk/blob/5f6f48d4133059055cf63c75e1ed90b07c074c30/freshbooks/client.py",
                read: "2026-11-21", fields: ["endpoints.token", "hosts.secrets", "client", "authorization"]),
            DescriptionSource(
                "https://github.com/heliohq/anycli/blob/tool/freshbooks/DESIGN.md", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints", "client", "tokens.rotation", "tokens.reuse", "probes.token",
                    "account", "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://docs.devart.com/dotconnect/freshbooks/Devart.Data.FreshBooks~Devart.Data.FreshBooks.FreshBooksConnectionStringBuilder~RefreshToken.html",
                read: "2026-11-21", fields: ["tokens.rotation"]),
            DescriptionSource(
                "https://docs.devart.com/dotconnect/FreshBooks/Devart.Data.FreshBooks~Devart.Data.FreshBooks.FreshBooksConnectionStringBuilder~AccessToken.html",
                read: "2026-11-21", fields: ["tokens.access_lifetime"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "errors.dialect",
            "authorization.pkce", "authorization.loopback", "tokens.grace", "tokens.idle_expiry",
            "tokens.absolute_expiry", "tokens.access_survives_refresh", "errors.rules", "rate_limits",
            "revocation_reach", "probes.secret", "client_secret", "tokens.early_refresh",
        ])
}
