// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Gusto.
    static let gusto = CatalogueEntry(
        ProviderDescription(
            id: "gusto", displayName: "Gusto",
            endpoints: Endpoints(
                authorization: "https://api.gusto.com/oauth/authorize", token: "https://api.gusto.com/oauth/token"),
            domains: ["api.gusto.com"], clientAuthentication: .post, tokenBody: .json,
            lifetimes: TokenLifetimes(accessToken: .seconds(2 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .always),
            tokenProbe: .api(path: "https://api.gusto.com/v1/token_info"),
            accountLookup: .api(path: "https://api.gusto.com/v1/token_info", idField: "resource.uuid")),
        documentation: "https://docs.gusto.com/app-integrations/docs/oauth2",
        notes: [
            """
            The spent refresh token dies only when the new ACCESS token is used for the first time: after \
            a lost answer the old one still serves, so repeat the refresh before any call with the new \
            token.
            """,
            "A client_secret in the query string is refused with 400: only the body will do.",
            """
            redirect_uri in a refresh was required in older versions of the page and is optional in the \
            present specification; sending it is safe.
            """,
            """
            Since API version 2023-05-01 a token is for one company (strict access); a person who runs \
            several companies consents once for each. token_info tells the company (resource) and the \
            person (resource_owner).
            """,
            "Only primary or full-access administrators can consent.",
            """
            The demo environment is another system, api.gusto-demo.com, with its own credentials; \
            production ones are given after a review.
            """,
            """
            The API version is chosen by the header X-Gusto-API-Version, else the app's minimum applies.
            """,
            """
            The answer carries created_at, in one sample as an ISO text, in the specification as a \
            number; rely on expires_in (7200).
            """,
        ],
        sources: [
            DescriptionSource(
                "https://docs.gusto.com/app-integrations/docs/oauth2", read: "2026-11-21",
                fields: ["documentation", "notes"]),
            DescriptionSource(
                "https://docs.gusto.com/app-integrations/v2024-04-01/reference/refresh-access-token",
                read: "2026-11-21", fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://docs.gusto.com/embedded-payroll/docs/company-access-tokens", read: "2026-11-21",
                fields: ["client", "tokens.access_lifetime", "notes"]),
            DescriptionSource(
                "https://github.com/Gusto/gusto-typescript-client/blob/1fa8f82cfc47d70873cf22d57b14691e29879b2f/.speakeasy/logs/changes/new.openapi.yaml",
                read: "2026-11-21",
                fields: [
                    "endpoints.token", "hosts.secrets", "client", "tokens.access_lifetime",
                    "authorization.scope_separator", "probes.token", "account",
                ]),
            DescriptionSource(
                "https://docs.gusto.com/app-integrations/docs/authentication", read: "2026-11-21",
                fields: ["hosts.secrets", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml", read: "2026-11-21",
                fields: ["endpoints.authorization"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "errors.dialect",
            "endpoints.revocation", "authorization.pkce", "authorization.loopback", "tokens.grace",
            "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh",
            "errors.rules", "rate_limits", "revocation_reach", "probes.secret", "client_secret", "tokens.early_refresh",
        ])
}
