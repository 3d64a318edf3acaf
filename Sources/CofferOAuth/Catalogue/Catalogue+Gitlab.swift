// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// GitLab.
    static let gitlab = CatalogueEntry(
        ProviderDescription(
            id: "gitlab", displayName: "GitLab",
            endpoints: Endpoints(
                authorization: "https://{host}/oauth/authorize", token: "https://{host}/oauth/token",
                revocation: "https://{host}/oauth/revoke", userInfo: "https://{host}/oauth/userinfo",
                deviceAuthorization: "https://{host}/oauth/authorize_device"), domains: ["{host}"],
            clientAuthentication: .post, sendsRedirectOnRefresh: true,
            lifetimes: TokenLifetimes(accessToken: .seconds(2 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .always, reuse: .refused, accessSurvivesRefresh: false),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in GitLab",
                    steps: [
                        """
                        Open your avatar, Edit profile, Applications (or the group's Settings, Applications), and the \
                        application
                        """, "Choose Renew secret and copy the new one (shown once; stored only as a hash)",
                        "Give it to the program at once: the old secret stops working the moment it is renewed",
                    ], link: "https://gitlab.com/-/user_settings/applications")),
            secretProbe: .authorizationCode, tokenProbe: .api(path: "https://{host}/oauth/token/info"),
            accountLookup: .api(path: "https://{host}/api/v4/user", idField: "id"),
            errorRules: [
                ErrorRule(codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(codes: ["invalid_client"], meaning: .configuration),
            ], secretFacts: SecretFacts(overlap: .oldEndsAtOnce)),
        documentation: "https://docs.gitlab.com/api/oauth2/",
        variables: [
            ProviderVariable(
                "host", about: "host of the GitLab instance", fallback: "gitlab.com",
                pattern: "[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
        ],
        notes: [
            """
            A refresh ends the old access token AND the old refresh token at once: every process that \
            still holds the old access token gets 401.
            """,
            """
            The documentation's refresh repeats redirect_uri, and says that it must match the original \
            one.
            """,
            """
            Renewing the secret has no overlap: the application does not work until the new secret is in \
            place. On a self-managed instance an administrator can do it by API for instance-wide \
            applications only, POST /api/v4/applications/{id}/renew-secret: in a person's place once coffer \
            app driver is given --api gitlab, see docs/api-drivers.md.
            """,
            "Access tokens always expire after two hours; the time cannot be set.",
            "Deleting the application deletes all its grants and tokens.",
            """
            A failed revocation for a token of another client is 403 with an RFC 6749 error, not 400; an \
            unknown token is 200.
            """,
            """
            Revocation of a made-up token proves no secret: with the instance's setting \
            ropc_without_client_credentials the client is not looked at, and a wrong one gets 200, not 403.
            """,
            """
            expires_in is joined by created_at (Unix seconds): expiry is created_at + expires_in by the \
            server's clock.
            """,
            "The device flow's answer has no refresh token in the documentation's sample.",
            """
            The instance may be any host: the secret goes where {host} says, so {host} must come from the \
            operator and never from a callback.
            """,
            "The token endpoint also takes the client's proof as basic or none.",
        ],
        sources: [
            DescriptionSource(
                "https://docs.gitlab.com/api/oauth2/", read: "2026-11-21",
                fields: [
                    "documentation", "variables", "endpoints", "hosts.secrets", "client", "authorization", "tokens",
                    "probes.token", "account", "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://docs.gitlab.com/integration/oauth_provider/", read: "2026-11-21",
                fields: ["client_secret", "tokens.access_lifetime", "notes"]),
            DescriptionSource(
                "https://github.com/doorkeeper-gem/doorkeeper/blob/d0cd44a7fa1f92d65002a5ec01ed8eb0ba83ba99/lib/doorkeeper/oauth/refresh_token_request.rb",
                read: "2026-11-21", fields: ["errors.rules", "errors.dialect", "tokens.reuse"]),
            DescriptionSource(
                "https://github.com/doorkeeper-gem/doorkeeper/blob/d0cd44a7fa1f92d65002a5ec01ed8eb0ba83ba99/app/controllers/doorkeeper/tokens_controller.rb",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/doorkeeper-gem/doorkeeper/blob/0015b58a64da0760925f1d695953a0a29993fce9/lib/doorkeeper/oauth/authorization_code_request.rb",
                read: "2026-11-21", fields: ["probes.secret"]),
            DescriptionSource(
                "https://github.com/gitlabhq/gitlabhq/blob/017a6c129d6a9e4ad9fec792cd84f88641d7dbfe/config/initializers/doorkeeper.rb",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/coder/coder/blob/001fb09043f5c895cba71f9aecb96161b29caccf/coderd/externalauth/externalauth.go",
                read: "2026-11-21", fields: ["endpoints", "authorization.pkce", "probes.token"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints"]),
            DescriptionSource(
                "https://docs.gitlab.com/api/applications/", read: "2026-11-19",
                fields: ["client_secret.replacement", "notes"]),
        ],
        unknown: [
            "issuer", "authorization.iss", "authorization.loopback", "tokens.grace", "tokens.idle_expiry",
            "tokens.absolute_expiry", "rate_limits", "revocation_reach", "client_secret.tokens_survive",
            "errors.dialect", "answer.error", "answer.error_message", "client_secret.pattern",
        ])
}
