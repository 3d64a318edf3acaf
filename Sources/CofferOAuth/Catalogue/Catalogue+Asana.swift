// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Asana.
    static let asana = CatalogueEntry(
        ProviderDescription(
            id: "asana", displayName: "Asana",
            endpoints: Endpoints(
                authorization: "https://app.asana.com/-/oauth_authorize", token: "https://app.asana.com/-/oauth_token"),
            domains: ["app.asana.com"], clientAuthentication: .post,
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60)), revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Asana",
                    steps: [
                        "Open the Asana developer console and the app",
                        "OAuth tab: client ID and client secret; copy the secret and give it to the program",
                    ], link: "https://app.asana.com/0/my-apps")),
            tokenProbe: .api(path: "https://app.asana.com/api/1.0/users/me"),
            accountLookup: .api(path: "https://app.asana.com/api/1.0/users/me", idField: "data.gid")),
        documentation: "https://developers.asana.com/docs/oauth",
        notes: [
            """
            The refresh token is documented as long-lived and is answered when a code is exchanged; a \
            refresh answer need not have one: keep the old one, store a new one if there is one.
            """,
            """
            state is a required parameter of the authorize request; redirect_uri is listed as a required \
            parameter of the token request.
            """,
            """
            Revocation is POST with client_id, client_secret and token in the form; it takes the refresh \
            token only (an access token is 400) and ends its access tokens too; an unknown token still \
            answers 200.
            """,
            """
            The token request is a standard form; the sample in the documentation is printed as JSON.
            """,
            """
            API limit: 150 requests a minute in free, 1500 in premium domains, 429 with Retry-After.
            """,
            """
            Redirect URLs must be https for registered web apps; native apps use \
            urn:ietf:wg:oauth:2.0:oob.
            """,
            """
            A wrong client_id or redirect_uri is shown to the person as plain text, not sent to the \
            callback.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://github.com/Asana/developer-docs/blob/master/source/includes/markdown/_auth.html.md",
                read: "2026-11-21",
                fields: [
                    "documentation", "endpoints", "hosts.secrets", "client", "authorization.pkce", "tokens",
                    "revocation_reach", "endpoints.revocation", "notes",
                ]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/docs/api-integrations/asana/how-to-register-your-own-asana-api-oauth-app.mdx",
                read: "2026-11-21", fields: ["client_secret.replacement", "client_secret.steps", "client_secret.link"]),
            DescriptionSource(
                "https://github.com/oomol-lab/open-connector/blob/26745c5bfbbbda1e6a46d7cacb54e32d717113b3/src/providers/asana/definition.ts",
                read: "2026-11-21", fields: ["client.authentication", "authorization.pkce", "client_secret.link"]),
            DescriptionSource(
                "https://github.com/oomol-lab/open-connector/blob/26745c5bfbbbda1e6a46d7cacb54e32d717113b3/src/providers/asana/runtime.ts",
                read: "2026-11-21", fields: ["probes.token", "account"]),
            DescriptionSource(
                "https://github.com/Asana/developer-docs/blob/master/source/docs/index.html.md", read: "2026-11-21",
                fields: ["probes.token"]),
        ],
        unknown: [
            "issuer", "authorization.iss", "authorization.loopback", "tokens.rotation", "tokens.grace",
            "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh",
            "errors.rules", "errors.dialect", "answer.error", "answer.error_message", "probes.secret", "rate_limits",
            "client_secret.overlap", "client_secret.tokens_survive", "client_secret.pattern",
        ])
}
