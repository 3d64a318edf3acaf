// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Strava.
    static let strava = CatalogueEntry(
        ProviderDescription(
            id: "strava", displayName: "Strava",
            endpoints: Endpoints(
                authorization: "https://www.strava.com/oauth/authorize", token: "https://www.strava.com/oauth/token"),
            domains: ["www.strava.com"], clientAuthentication: .post, scopeSeparator: ",",
            lifetimes: TokenLifetimes(accessToken: .seconds(6 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .sometimes, reuse: .refused, accessSurvivesRefresh: true),
            tokenProbe: .api(path: "https://www.strava.com/api/v3/athlete"), accountLookup: .answerField("athlete.id"),
            answer: AnswerPaths(errorCode: "errors.0.resource"),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["refreshtoken", "authorizationcode"], meaning: .reauthorize),
                ErrorRule(statuses: [400], codes: ["application"], meaning: .configuration),
            ], windows: StatedWindows(soft: .seconds(60 * 60)),
            apiRateLimits: [
                RateLimit(amount: 200, interval: .seconds(15 * 60), burst: 200, scope: .app),
                RateLimit(amount: 2000, interval: .seconds(24 * 3600), burst: 2000, scope: .app),
            ]),
        documentation: "https://developers.strava.com/docs/authentication/",
        notes: [
            """
            A refresh while the access token still lives for more than one hour returns the SAME access \
            token: refresh inside the last hour, or take the unchanged answer as success.
            """,
            """
            Whether the refresh token changes is not foreseeable; store the one in every answer. Once a \
            new one has been returned the older is dead at once.
            """,
            """
            Scopes are joined by commas; the user may untick scopes, and the callback's scope parameter \
            says what was granted.
            """,
            """
            Revocation: POST /oauth/deauthorize with access_token; it ends every access and refresh token \
            that the app holds for that athlete, so a second connection of the same athlete dies too. The \
            answer lists the refresh tokens that were revoked.
            """,
            """
            The answer carries expires_at (Unix seconds) as well as expires_in; after a refresh that \
            returned the same token expires_in is what is left.
            """,
            """
            redirect_uri must lie under the one registered callback domain; localhost and 127.0.0.1 are \
            always allowed.
            """,
            """
            Only the code exchange's answer is documented to carry the athlete; the refresh answer does \
            not.
            """,
            """
            The token endpoint is also shown as https://www.strava.com/api/v3/oauth/token. A new app \
            serves only its owner's athlete until it is raised in its settings, and creating an app needs \
            a Strava subscription.
            """,
            "A spent refresh token is refused at once.",
            """
            Every error of the token endpoint is 400 "Bad Request"; errors[0].resource says what is wrong: RefreshToken or \
            AuthorizationCode, or Application with a wrong client id, which is no word on the grant.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://developers.strava.com/docs/authentication/", read: "2026-11-21",
                fields: [
                    "documentation", "endpoints", "hosts.secrets", "client", "authorization", "tokens", "windows",
                    "probes.token", "account", "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://developers.strava.com/docs/getting-started/", read: "2026-11-21",
                fields: ["rate_limits", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml", read: "2026-11-21",
                fields: ["authorization.scope_separator"]),
            DescriptionSource(
                "https://github.com/dreeveapp/dreeve/issues/1449", read: "2026-11-22",
                fields: ["errors.rules", "answer.error_code"]),
            DescriptionSource(
                "https://github.com/dreeveapp/dreeve/issues/372", read: "2026-11-22", fields: ["errors.rules", "notes"]),
        ],
        unknown: [
            "errors.dialect",
            "authorization.pkce", "tokens.idle_expiry", "tokens.absolute_expiry", "probes.secret",
            "revocation_reach", "client_secret",
        ])
}
