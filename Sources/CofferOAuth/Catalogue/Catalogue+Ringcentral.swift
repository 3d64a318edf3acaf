// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// RingCentral.
    static let ringcentral = CatalogueEntry(
        ProviderDescription(
            id: "ringcentral", displayName: "RingCentral",
            endpoints: Endpoints(
                authorization: "https://platform.ringcentral.com/restapi/oauth/authorize",
                token: "https://platform.ringcentral.com/restapi/oauth/token",
                revocation: "https://platform.ringcentral.com/restapi/oauth/revoke"),
            domains: ["platform.ringcentral.com"], clientAuthentication: .basicRaw,
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(7 * 86_400)),
            keepAlive: .seconds(84 * 3600),
            refreshTokens: RefreshTokenBehaviour(
                rotation: .always, grace: .seconds(10), reuse: .refused, accessSurvivesRefresh: false),
            rateLimit: RateLimit(amount: 5, interval: .seconds(60), burst: 1, scope: .appAndAccount),
            revocationReach: .grant, accountLookup: .answerField("owner_id"),
            answer: AnswerPaths(errorCode: "errors.0.errorCode"),
            errorRules: [
                ErrorRule(
                    statuses: [401], codes: ["oau-146", "oau-120", "oau-121", "oau-134", "oau-123"],
                    meaning: .configuration),
                ErrorRule(statuses: [401, 403], codes: ["oau-125", "oau-112"], meaning: .configuration),
                ErrorRule(statuses: [400], meaning: .reauthorize),
                ErrorRule(statuses: [429], meaning: .throttled),
                ErrorRule(statuses: [408, 500, 502, 503, 504], meaning: .transient),
            ]),
        documentation: "https://developers.ringcentral.com/guide/authentication/auth-code-flow",
        notes: [
            """
            An app issues no refresh token until the setting "Issue refresh tokens" of the app is on; it \
            is off by default.
            """,
            "The scope parameter is ignored: the app's registered permissions apply.",
            """
            Grace depends on use: once the new access token has been used, the spent refresh token dies \
            about 10 seconds later; while it has not been used, the old one stays valid up to 60 minutes \
            and repeated refreshes return the same access token.
            """,
            """
            The old access token dies at once when a refresh succeeds: other workers that still hold it \
            get 401.
            """,
            """
            About five sessions live side by side for one user and app; a further one ends others (the \
            document says "usually five").
            """,
            """
            Requests sent during the 60 s penalty after a 429 restart the penalty; the Auth group has 5 \
            requests per user and minute by default, and the limit of one app may differ. Retry-After is \
            usually there; without it wait 30 s.
            """,
            """
            Vendor: do not refresh on a 401; refresh ahead, from expires_in. Vendor: HTTP 400 from the \
            token endpoint must not be repeated.
            """,
            """
            The answer carries refresh_token_expires_in (seconds, 604799 in the sample) and owner_id \
            (extension id). Token requests may ask for a shorter life with access_token_ttl (600 to 3600 \
            s) and refresh_token_ttl.
            """,
            """
            An administrator may set an absolute session timeout; a changed password ends all sessions.
            """,
            """
            Error bodies carry errorCode OAU-... in a list of errors beside OAuth's own error; rules match both.
            """,
            "The vendor advises ignoring a failure of the revoke call and not repeating it.",
            "Client-side web apps (public) send client_id in the body and no Authorization header.",
            "At most 5 grants of one account live at once.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/ringcentral/ringcentral-api-docs/blob/64067a50d93c3c8497f9631ae4c682bd9dc99f5e/docs/authentication/refresh-tokens.md",
                read: "2026-11-21",
                fields: ["endpoints.token", "client.authentication", "tokens", "tokens.keep_alive", "account", "notes"]),
            DescriptionSource(
                "https://github.com/ringcentral/ringcentral-api-docs/blob/64067a50d93c3c8497f9631ae4c682bd9dc99f5e/docs/authentication/tokens.md",
                read: "2026-11-21", fields: ["endpoints.revocation", "revocation_reach", "notes"]),
            DescriptionSource(
                "https://github.com/ringcentral/ringcentral-api-docs/blob/64067a50d93c3c8497f9631ae4c682bd9dc99f5e/docs/authentication/auth-code-flow.md",
                read: "2026-11-21",
                fields: ["documentation", "endpoints.authorization", "hosts.secrets", "client.authentication"]),
            DescriptionSource(
                "https://github.com/ringcentral/ringcentral-api-docs/blob/64067a50d93c3c8497f9631ae4c682bd9dc99f5e/docs/authentication/oauth-request.md",
                read: "2026-11-21", fields: ["authorization.pkce"]),
            DescriptionSource(
                "https://github.com/ringcentral/ringcentral-api-docs/blob/64067a50d93c3c8497f9631ae4c682bd9dc99f5e/docs/basics/errors.md",
                read: "2026-11-21",
                fields: [
                    "errors.rules", "errors.dialect", "answer.error", "answer.error_code", "answer.error_message",
                ]),
            DescriptionSource(
                "https://github.com/ringcentral/ringcentral-api-docs/blob/64067a50d93c3c8497f9631ae4c682bd9dc99f5e/docs/basics/rate-limits.md",
                read: "2026-11-21", fields: ["rate_limits", "tokens.early_refresh"]),
        ],
        unknown: [
            "authorization.loopback", "authorization.scope_separator", "tokens.absolute_expiry", "probes",
            "client_secret.replacement", "client_secret.overlap", "client_secret.tokens_survive", "client_secret.steps",
            "client_secret.link", "answer.error", "client_secret.pattern",
        ])
}
