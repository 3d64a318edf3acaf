// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// monday.com.
    static let monday = CatalogueEntry(
        ProviderDescription(
            id: "monday", displayName: "monday.com",
            endpoints: Endpoints(
                authorization: "https://auth.monday.com/oauth2/authorize",
                token: "https://auth.monday.com/oauth_ms/oauth/token",
                revocation: "https://auth.monday.com/oauth_ms/oauth/revoke"), domains: ["auth.monday.com"],
            clientAuthentication: .post, tokenBody: .json, refreshTokens: RefreshTokenBehaviour(rotation: .always),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in monday.com",
                    steps: [
                        "Open the monday.com Developer Center (profile picture, Developers) and the app",
                        "The app's details show the client ID and, by Show, the client secret",
                    ], link: "https://monday.com/developers/apps"))),
        documentation: "https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow",
        notes: [
            """
            There are two flows on different token URLs. The old one \
            (https://auth.monday.com/oauth2/token) gave access tokens that never end and no refresh \
            token; monday.com has announced that it accepts such tokens no more from 1 October 2026. This \
            description is of the new one (OAuth 2.1), which is switched on per app version (Developer \
            Center, OAuth and Permissions, New OAuth Flow).
            """,
            """
            The token answer has NO expires_in: the access token is a JWT, read its exp claim (without \
            trusting it) or refresh on 401.
            """,
            "Each refresh gives a new refresh token: store both.",
            """
            Success of revocation is {success: true}; client_id and client_secret go in the body, \
            token_type_hint is optional.
            """,
            """
            An admin of the customer's account must have installed the app before anyone can authorize; \
            force_install_if_needed=true in the authorize URL starts the installation.
            """,
            """
            The authorize URL is the same in both flows; PKCE is recommended and a must for dynamically \
            registered clients.
            """,
            """
            Airbyte exchanges an old never-ending token for a new pair without the person; the announced \
            deadline is from its migration guide.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://github.com/airbytehq/airbyte/blob/master/docs/integrations/sources/monday-migrations.md",
                read: "2026-11-21", fields: ["tokens.rotation", "authorization.pkce", "notes"]),
            DescriptionSource(
                "https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow", read: "2026-11-21",
                fields: ["documentation", "revocation_reach", "endpoints.revocation", "notes"]),
            DescriptionSource(
                "https://github.com/mondaycom/agentic-monday/blob/e14aca00439674337f63f753c154d22cc7b66130/plugins-official/monday-api/skills/monday-oauth-migrate/SKILL.md",
                read: "2026-11-21",
                fields: [
                    "endpoints", "hosts.secrets", "client", "authorization.pkce", "tokens", "revocation_reach",
                    "endpoints.revocation", "client_secret.link", "notes",
                ]),
            DescriptionSource(
                "https://developer-community.monday.com/product-updates/join-the-beta-oauth-2-1-for-monday-apps-5273",
                read: "2026-11-21", fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://developer.monday.com/apps/docs/oauth", read: "2026-11-21",
                fields: ["endpoints.authorization", "notes"]),
            DescriptionSource(
                "https://docs.unified.to/skills/monday-oauth-app/SKILL.md", read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints.authorization", "notes"]),
            DescriptionSource(
                "https://docs.stigg.io/documentation/workflows/mondaycom", read: "2026-11-21",
                fields: ["client_secret.replacement", "client_secret.steps"]),
        ],
        unknown: [
            "issuer", "authorization.iss", "authorization.loopback", "tokens.access_lifetime", "tokens.grace",
            "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh",
            "errors.rules", "errors.dialect", "answer.error", "answer.error_message", "probes", "account",
            "revocation_reach", "rate_limits", "client_secret.overlap", "client_secret.tokens_survive",
            "client_secret.pattern", "client_secret.also_signs",
        ])
}
