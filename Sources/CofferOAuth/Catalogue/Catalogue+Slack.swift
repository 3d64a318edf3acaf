// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Slack.
    static let slack = CatalogueEntry(
        ProviderDescription(
            id: "slack", displayName: "Slack",
            endpoints: Endpoints(
                authorization: "https://slack.com/oauth/v2/authorize", token: "https://slack.com/api/oauth.v2.access"),
            domains: ["slack.com"], clientAuthentication: .basicFormEncoded,
            authorizationRequest: AuthorizationRequestStyle(pkce: false), scopeSeparator: ",",
            lifetimes: TokenLifetimes(accessToken: .seconds(12 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, accessSurvivesRefresh: true),
            revocationReach: .token,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Slack", steps: OperatorInstructions.generic.steps,
                    link: "https://api.slack.com/apps")), accountLookup: .answerField("team.id"),
            errorRules: [
                ErrorRule(
                    codes: ["invalid_refresh_token", "invalid_code", "invalid_code_verifier", "user_email_unverified"],
                    meaning: .reauthorize),
                ErrorRule(
                    codes: [
                        "bad_client_secret", "invalid_client_id", "bad_redirect_uri", "invalid_grant_type", "no_scopes",
                        "pkce_not_allowed", "oauth_authorization_url_mismatch", "cannot_install_an_org_installed_app",
                    ], meaning: .configuration),
                ErrorRule(codes: ["internal_error", "fatal_error"], meaning: .transient),
            ], windows: StatedWindows(soft: .seconds(2 * 3600))),
        documentation: "https://docs.slack.dev/authentication/installing-with-oauth",
        notes: [
            """
            Every error is HTTP 200 with {ok: false, error: code}: an ordinary OAuth client takes it for \
            success.
            """,
            """
            PKCE is for apps that were switched to it, which makes them public clients and can't be undone; others \
            are refused with pkce_not_allowed.
            """,
            """
            Refresh tokens exist only if token rotation is switched on in the app's settings, and it can \
            NEVER be switched off again; without it tokens never expire.
            """,
            """
            Switching rotation on does not convert tokens already issued: call oauth.v2.exchange once per \
            old token (a second time gives token_already_exchanged); the old token dies at the first \
            refresh. Do not auth.revoke it: that undoes the installation.
            """,
            "A used refresh token is revoked after a short grace period whose length is not stated.",
            """
            At most 2 access tokens are active: a third refresh within 12 hours kills the oldest, so \
            refreshing too eagerly breaks other processes.
            """,
            """
            A user token is not at the top of the first answer: it is authed_user.access_token with \
            authed_user.refresh_token and authed_user.expires_in; scopes for it are asked with user_scope \
            instead of scope. A refresh answer of a user token has the fields at the top. One answer can \
            hold a bot pair and a user pair: two grants.
            """,
            "Scopes are separated by commas, in requests and answers.",
            "The answer also names enterprise.id, for organisations with many workspaces.",
            """
            auth.revoke (POST https://slack.com/api/auth.revoke with the token) ends one token of a \
            rotating app; for an app WITHOUT rotation it usually ends the whole installation. \
            apps.uninstall ends all.
            """,
            """
            The documentation prefers HTTP Basic for client id and secret over form fields; its own \
            rotation sample sends form fields.
            """,
            "auth.test (POST) tells whether a token is alive, again by ok in a 200.",
            "The official Python SDK refreshes two hours before expiry.",
            "Token shapes: access xoxe.xoxb-1-... or xoxe.xoxp-1-..., refresh xoxe-1-....",
            "The token endpoint also takes the client's proof as post.",
        ],
        sources: [
            DescriptionSource(
                "https://docs.slack.dev/authentication/using-token-rotation", read: "2026-11-21",
                fields: [
                    "tokens", "client_secret.link", "client.redirect_on_refresh", "revocation_reach",
                    "endpoints.revocation", "account", "notes",
                ]),
            DescriptionSource(
                "https://docs.slack.dev/reference/methods/oauth.v2.access", read: "2026-11-21",
                fields: [
                    "endpoints.token", "hosts.secrets", "client.authentication", "authorization.pkce", "errors.rules",
                    "errors.dialect", "answer.error", "answer.error_message", "documentation",
                ]),
            DescriptionSource(
                "https://github.com/smstoslack/slack_kit/blob/3a6a6c4e8a572dd5980b32a5e5cc3638450db80a/priv/docs/methods/oauth.v2.access.json",
                read: "2026-11-21", fields: ["errors.rules"]),
            DescriptionSource(
                "https://api.slack.com/methods/oauth.v2.exchange", read: "2026-11-21",
                fields: ["errors.rules", "notes"]),
            DescriptionSource(
                "https://github.com/slackapi/python-slack-sdk/blob/ae87985e2c3811ead978f31ea5a1e4a7ca5c3515/slack_sdk/oauth/token_rotation/rotator.py",
                read: "2026-11-21", fields: ["windows"]),
            DescriptionSource(
                "https://github.com/slackapi/java-slack-sdk/blob/86ff7ca9915e21882def04c2d579ac02503f95fe/docs/english/guides/app-distribution.md",
                read: "2026-11-21", fields: ["endpoints.authorization", "authorization.scope_separator", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["authorization.scope_separator"]),
            DescriptionSource(
                "https://api.slack.com/authentication/rotation", read: "2026-11-19",
                fields: ["client_secret.replacement"]),
        ],
        unknown: [
            "probes.secret", "tokens.grace", "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse",
            "rate_limits", "probes.token", "client_secret.overlap", "client_secret.tokens_survive",
            "client_secret.steps", "client_secret.pattern", "authorization.loopback", "authorization.iss",
        ])
}
