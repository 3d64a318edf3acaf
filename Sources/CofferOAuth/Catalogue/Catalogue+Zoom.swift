// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Zoom.
    static let zoom = CatalogueEntry(
        ProviderDescription(
            id: "zoom", displayName: "Zoom",
            endpoints: Endpoints(
                authorization: "https://zoom.us/oauth/authorize", token: "https://zoom.us/oauth/token"),
            domains: ["zoom.us"], clientAuthentication: .basicRaw,
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(90 * 86_400)),
            keepAlive: .seconds(45 * 86_400), refreshTokens: RefreshTokenBehaviour(rotation: .always),
            revocationReach: .pair, tokenProbe: .api(path: "https://api.zoom.us/v2/users/me"),
            accountLookup: .api(path: "https://api.zoom.us/v2/users/me", idField: "id"),
            answer: AnswerPaths(errorMessage: "reason"),
            errorRules: [
                ErrorRule(
                    codes: ["invalid_grant", "4735", "4737", "4741", "4711", "4733", "4734"], meaning: .reauthorize),
                ErrorRule(codes: ["4702", "4704", "4705", "4706", "4709", "4717", "4724"], meaning: .configuration),
                ErrorRule(codes: ["4738"], meaning: .blocked),
                ErrorRule(codes: ["4732"], meaning: .transient),
            ], secretFacts: SecretFacts(overlap: .untilRemoved)),
        documentation: "https://developers.zoom.us/docs/integrations/oauth/",
        notes: [
            """
            The secret can be replaced by API, which the schema has no name for: POST \
            https://api.zoom.us/v2/marketplace/apps/{appId}/rotate_client_secret with JSON {action: new \
            or update, revoke_old_secret_time: now or a UTC time}; both secrets work until that time; \
            scope marketplace:update:client_secret; at most 3 changes in 15 minutes.
            """,
            "An app has two sets of credentials, development and production; they must not be mixed.",
            """
            A NEW consent of the same person invalidates all earlier tokens of that person for the app \
            (4741): two environments or two grants for one person and app cannot live side by side.
            """,
            """
            90 days is common, not promised: the vendor's plugin says to treat the refresh token's life \
            as something that can change.
            """,
            """
            Zoom's documentation gives error numbers (4700 to 4741) and texts; in which member of the \
            body the number stands was not read. Seen was {"reason":"Invalid Token!","error":"invalid_grant"} with 400.
            """,
            """
            4740 (out of the tolerance range) is an older token version that was refreshed too often with \
            the same refresh token.
            """,
            """
            4738: an administrator switched the app off for the account; nothing to do until it is \
            switched on again.
            """,
            "Since February 2023 tokens are refused as query parameters.",
            """
            Revoking needs Basic authentication and token=ACCESS_TOKEN; per the vendor's plugin the \
            refresh token ends too.
            """,
            """
            A public client with PKCE still needs code_challenge_method=S256 named: the default is plain.
            """,
            "The token answer has api_url: call the API there.",
            """
            Scopes are configured at the app in the Marketplace; the authorization address needs none.
            """,
            "When a person removes the app, public apps get a deauthorization webhook.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/anthropics/knowledge-work-plugins/blob/5267cf7bff3031921d4474b8e8f86ad02d2b8f6d/partner-built/zoom-plugin/skills/oauth/SKILL.md",
                read: "2026-11-21",
                fields: [
                    "endpoints", "hosts.secrets", "client", "authorization.pkce", "tokens", "probes.token",
                    "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://github.com/anthropics/knowledge-work-plugins/blob/5267cf7bff3031921d4474b8e8f86ad02d2b8f6d/partner-built/zoom-plugin/skills/oauth/concepts/token-lifecycle.md",
                read: "2026-11-21",
                fields: [
                    "tokens.rotation", "tokens.idle_expiry", "tokens.keep_alive", "revocation_reach", "errors.rules",
                    "errors.dialect", "notes",
                ]),
            DescriptionSource(
                "https://developers.zoom.us/docs/integrations/oauth-error-messages/", read: "2026-11-21",
                fields: ["documentation", "errors.rules", "errors.dialect", "notes"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/providers/zoom.ts",
                read: "2026-11-21", fields: ["endpoints", "probes.token", "account"]),
            DescriptionSource(
                "https://github.com/raycast/extensions/issues/10896", read: "2026-11-21",
                fields: ["answer.error_message", "errors.rules"]),
            DescriptionSource(
                "https://github.com/giorgosavgeris/passport-zoom-oauth2/issues/6", read: "2026-11-21", fields: ["notes"]
            ),
            DescriptionSource(
                "https://www.withone.ai/knowledge/zoom/conn_mod_def%3A%3AGJ8eUCzkjPs%3A%3APvOWcd-YSyuG_B5vDsr1og",
                read: "2026-11-21", fields: ["client_secret", "notes"]),
            DescriptionSource(
                "https://developers.zoom.us/docs/build-flow/basic-info/app-credentials/", read: "2026-11-21",
                fields: ["notes"]),
            DescriptionSource(
                "https://documentation.sailpoint.com/connectors/saas/zoom/help/saas_connectivity/zoom/grant_type_refresh_token.html",
                read: "2026-11-21", fields: ["tokens.rotation"]),
        ],
        unknown: [
            "authorization.loopback", "authorization.scope_separator", "tokens.grace", "tokens.absolute_expiry",
            "tokens.reuse", "tokens.early_refresh", "tokens.access_survives_refresh", "rate_limits", "answer.error",
            "errors.dialect", "probes.secret", "client_secret.tokens_survive",
            "client_secret.steps", "client_secret.pattern",
        ])
}
