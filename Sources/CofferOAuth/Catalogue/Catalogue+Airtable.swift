// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Airtable.
    static let airtable = CatalogueEntry(
        ProviderDescription(
            id: "airtable", displayName: "Airtable",
            endpoints: Endpoints(
                authorization: "https://airtable.com/oauth2/v1/authorize", token: "https://airtable.com/oauth2/v1/token"
            ), domains: ["airtable.com"], clientAuthentication: .basicRaw,
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(60 * 86_400)),
            keepAlive: .seconds(30 * 86_400),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, reuse: .revokesGrant, accessSurvivesRefresh: false),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize)
            ]),
        documentation: "https://airtable.com/developers/web/api/oauth-reference",
        notes: [
            """
            A refresh token serves once, and sending it twice may make the vendor revoke the grant (the \
            comment in its own sample warns of a double click on the submit button). A lost answer is \
            therefore fatal: never repeat a refresh blindly, and never let two processes refresh.
            """,
            "The old access token dies with the refresh: no worker may go on with it.",
            """
            Airtable may revoke a whole integration that breaks its OAuth security measures, and tells \
            the users by e-mail.
            """,
            """
            If client_id or redirect_uri do not match, the user is never sent back with an error: the \
            callback just does not come.
            """,
            """
            The secret goes into HTTP Basic; an integration without a secret sends client_id in the body \
            instead. With Basic, client_id in the body is optional.
            """,
            """
            The sample treats both 400 and 401 of the token endpoint as expected answers: bad \
            configuration, or a spent or expired token; the body's error tells which.
            """,
            """
            PKCE with S256 is expected of every client, those with a secret too (the sample always sends \
            it).
            """,
            """
            Public clients probe a token with GET https://api.airtable.com/v0/meta/whoami, whose id is \
            the user's; no vendor page for it was read.
            """,
            "The token endpoint also takes the client's proof as none.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/Airtable/oauth-example/blob/a714e68c2610e3249063b3d92faf064bf4c15188/index.js",
                read: "2026-11-21",
                fields: ["endpoints", "hosts.secrets", "client", "authorization.pkce", "tokens.reuse", "notes"]),
            DescriptionSource(
                "https://nango.dev/blog/airtable-oauth-refresh-token-invalid-grant", read: "2026-11-21",
                fields: [
                    "tokens.rotation", "tokens.idle_expiry", "tokens.access_survives_refresh", "errors.rules",
                    "errors.dialect", "answer.error", "answer.error_message", "tokens.keep_alive",
                ]),
            DescriptionSource(
                "https://github.com/airbytehq/airbyte/blob/master/airbyte-integrations/connectors/source-airtable/AGENTS.md",
                read: "2026-11-21", fields: ["documentation", "tokens.access_lifetime", "tokens.rotation"]),
            DescriptionSource(
                "https://support.airtable.com/docs/troubleshooting-oauth-integrations-in-airtable", read: "2026-11-21",
                fields: ["notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.loopback", "authorization.scope_separator", "tokens.grace", "tokens.absolute_expiry",
            "rate_limits", "probes", "account", "revocation_reach", "endpoints.revocation", "client_secret",
            "tokens.early_refresh",
        ])
}
