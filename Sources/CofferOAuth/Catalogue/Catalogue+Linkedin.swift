// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// LinkedIn.
    static let linkedin = CatalogueEntry(
        ProviderDescription(
            id: "linkedin", displayName: "LinkedIn", issuer: "https://www.linkedin.com/oauth",
            endpoints: Endpoints(
                authorization: "https://www.linkedin.com/oauth/v2/authorization",
                token: "https://www.linkedin.com/oauth/v2/accessToken",
                introspection: "https://www.linkedin.com/oauth/v2/introspectToken"), domains: ["www.linkedin.com"],
            clientAuthentication: .post,
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 86_400), absolute: .seconds(365 * 86_400)),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in LinkedIn",
                    steps: [
                        "Open https://www.linkedin.com/developers/apps and the app",
                        """
                        Auth tab, Application credentials: add a second client secret beside the primary one (at most \
                        two; delete one first if there are two); both work
                        """, "Give the new secret to the program, check that it works, then delete the old one",
                    ], link: "https://www.linkedin.com/developers/apps", secretPattern: "[A-Za-z0-9]{16}")),
            secretProbe: .introspection, tokenProbe: .introspection,
            accountLookup: .api(path: "https://api.linkedin.com/v2/userinfo", idField: "sub"),
            apiDomains: ["api.linkedin.com"],
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize)
            ], secretFacts: SecretFacts(overlap: .untilRemoved)),
        documentation: "https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow",
        notes: [
            """
            Refresh tokens are given only to approved partners (Marketing Developer Platform); all other \
            apps must send the person through authorization again before 60 days are over.
            """,
            """
            The refresh token lives 365 days from the authorization and refreshing does not lengthen it; \
            near the end the new access token is cut to the days that are left. refresh_token_expires_in \
            tells them.
            """,
            """
            LinkedIn may revoke refresh and access tokens at any time for technical or policy reasons: \
            then start again with authorization.
            """,
            """
            Introspection takes client_id, client_secret and token in the form body and answers active, \
            status, expires_at, authorized_at; scope in it is separated by commas.
            """,
            """
            A bad or spent authorization code answers 400 invalid_request (or invalid_redirect_uri), not \
            invalid_grant: do not take invalid_request for a dead refresh token.
            """,
            "The client secret must not go into the URL.",
            """
            There is an API for replacing the secret: POST \
            https://api.linkedin.com/v2/developerApplicationsSecurity?action=rollDeveloperApplicationSecret \
            with X-RestLi-Method: action, X-RestLi-Protocol-Version: 2.0.0, a bearer token of the \
            application and body {}; the answer is {value: {client_secret}}; the old secret stays active \
            until deleted, and the call fails where two exist. The pattern is that of the sample; a \
            parent application can roll its children's secrets.
            """,
            "If the app's scopes change, every member must authorize again.",
            """
            An API call with a token that the member has revoked answers 401 with serviceErrorCode 65601, \
            code REVOKED_ACCESS_TOKEN.
            """,
            "userinfo needs the OpenID scopes (openid profile).",
            "PKCE is not used by the clients read (Nango switches it off).",
        ],
        sources: [
            DescriptionSource(
                "https://learn.microsoft.com/en-us/linkedin/shared/authentication/application-secret-management",
                read: "2026-11-21", fields: ["client_secret", "notes"]),
            DescriptionSource(
                "https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens",
                read: "2026-11-21", fields: ["tokens", "notes"]),
            DescriptionSource(
                "https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow",
                read: "2026-11-21", fields: ["documentation"]),
            DescriptionSource(
                "https://learn.microsoft.com/en-us/linkedin/shared/authentication/token-introspection",
                read: "2026-11-21", fields: ["endpoints.introspection", "probes", "notes"]),
            DescriptionSource(
                "https://learn.microsoft.com/linkedin/shared/authentication/client-credentials-flow",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/linkedin-developers/java-sample-application/blob/main/server/src/main/java/com/linkedin/oauth/util/Constants.java",
                read: "2026-11-21", fields: ["endpoints", "hosts.secrets"]),
            DescriptionSource(
                "https://github.com/linkedin-developers/java-sample-application/blob/main/server/src/main/java/com/linkedin/oauth/service/LinkedInOAuthService.java",
                read: "2026-11-21", fields: ["client.authentication"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/providers/linkedin.ts",
                read: "2026-11-21", fields: ["issuer", "client.authentication"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/docs/api-integrations/linkedin/how-to-register-your-own-linkedin-api-oauth-app.mdx",
                read: "2026-11-21", fields: ["client_secret", "notes"]),
            DescriptionSource(
                "https://nango.dev/blog/linkedin-oauth-refresh-token-invalid-grant", read: "2026-11-21",
                fields: ["errors.rules", "errors.dialect", "answer.error", "answer.error_message"]),
            DescriptionSource(
                "https://github.com/decioferreira/omniauth-linkedin-oauth2/issues/81", read: "2026-11-21",
                fields: ["notes"]),
            DescriptionSource(
                "https://github.com/oomol-lab/open-connector/blob/26745c5bfbbbda1e6a46d7cacb54e32d717113b3/src/providers/linkedin/runtime.ts",
                read: "2026-11-21", fields: ["account", "hosts.api"]),
            DescriptionSource(
                "https://github.com/d3xt3r2909/linkedin_login/issues/77", read: "2026-11-21", fields: ["notes"]),
        ],
        unknown: [
            "authorization.pkce", "endpoints.revocation", "revocation_reach", "authorization.iss",
            "authorization.loopback", "tokens.rotation", "tokens.grace", "tokens.idle_expiry", "tokens.reuse",
            "tokens.access_survives_refresh", "rate_limits", "client_secret.tokens_survive",
        ])
}
