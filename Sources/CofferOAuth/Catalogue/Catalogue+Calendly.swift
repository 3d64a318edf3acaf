// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Calendly.
    static let calendly = CatalogueEntry(
        ProviderDescription(
            id: "calendly", displayName: "Calendly",
            endpoints: Endpoints(
                authorization: "https://auth.calendly.com/oauth/authorize",
                token: "https://auth.calendly.com/oauth/token", revocation: "https://auth.calendly.com/oauth/revoke"),
            domains: ["auth.calendly.com"], clientAuthentication: .basicFormEncoded,
            lifetimes: TokenLifetimes(accessToken: .seconds(2 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, reuse: .refused),
            rateLimit: RateLimit(amount: 8, interval: .seconds(60), burst: 1, scope: .account),
            tokenProbe: .api(path: "https://api.calendly.com/users/me"), accountLookup: .answerField("owner"),
            apiDomains: ["api.calendly.com"],
            errorRules: [
                ErrorRule(statuses: [400, 401], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(statuses: [429], meaning: .throttled),
            ]),
        documentation: "https://developer.calendly.com/how-to-access-calendly-data-on-behalf-of-authenticated-users",
        notes: [
            """
            Refresh tokens do not expire until used, and from 2026-08-31 at the latest each serves once \
            for every integration: an integration that kept the same token before that day breaks.
            """,
            """
            Only 8 tokens per user and minute may be requested: a retry loop locks the user out (429).
            """,
            """
            The revoke endpoint takes client_id and client_secret in the form body although the token \
            endpoint takes Basic; status 400 and 403 are documented.
            """,
            """
            owner is a URI (https://api.calendly.com/users/...), organization another; both come in the \
            token answer.
            """,
            """
            Apps on granular scopes get no access until scopes are sent in the request and approved; the \
            separator is a space.
            """,
            """
            A sandbox app may use http://localhost redirect URIs, a production app needs https. The \
            client secret is shown once at creation.
            """,
            """
            Native (public) clients send client_id in the body without a secret; PKCE with S256 is \
            expected of all, enforced for native apps.
            """,
            "An unused refresh token does not expire.",
        ],
        sources: [
            DescriptionSource(
                "https://developer.calendly.com/how-to-access-calendly-data-on-behalf-of-authenticated-users",
                read: "2026-11-21",
                fields: [
                    "documentation", "endpoints.token", "endpoints.revocation", "hosts.secrets",
                    "client.authentication", "tokens.access_lifetime", "tokens.idle_expiry", "rate_limits", "account",
                ]),
            DescriptionSource(
                "https://github.com/heliohq/anycli/blob/tool/calendly/DESIGN.md", read: "2026-11-21",
                fields: [
                    "authorization", "tokens.rotation", "tokens.reuse", "errors.rules", "errors.dialect",
                    "answer.error", "answer.error_message", "probes.token", "hosts.api", "notes",
                ]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml", read: "2026-11-21",
                fields: ["endpoints.authorization"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.loopback", "tokens.grace", "tokens.absolute_expiry", "tokens.access_survives_refresh",
            "revocation_reach", "probes.secret", "client_secret.replacement", "client_secret.overlap",
            "client_secret.tokens_survive", "client_secret.steps", "client_secret.link", "tokens.early_refresh",
            "client_secret.pattern",
        ])
}
