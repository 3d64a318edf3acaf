// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Figma.
    static let figma = CatalogueEntry(
        ProviderDescription(
            id: "figma", displayName: "Figma",
            endpoints: Endpoints(
                authorization: "https://www.figma.com/oauth", token: "https://api.figma.com/v1/oauth/token"),
            domains: ["api.figma.com"], clientAuthentication: .basicFormEncoded,
            refreshTokens: RefreshTokenBehaviour(rotation: .never),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Figma", steps: OperatorInstructions.generic.steps,
                    link: "https://www.figma.com/developers/apps")),
            tokenProbe: .api(path: "https://api.figma.com/v1/me"),
            accountLookup: .api(path: "https://api.figma.com/v1/me", idField: "id")),
        documentation: "https://developers.figma.com/docs/rest-api/authentication",
        notes: [
            """
            Refreshing: since 16 May 2025 by the token URL with grant_type=refresh_token as in the \
            standard; the older URL https://api.figma.com/v1/oauth/refresh is still named in Figma's own \
            OpenAPI file (refreshUrl) and used by clients with refresh_token alone.
            """,
            "The refresh answer has access_token and expires_in only: keep the refresh token.",
            "A dead access token can be HTTP 403, not 401.",
            """
            A user has one active access token per application: a second authorization of the same user \
            ends the first.
            """,
            """
            Clients differ on the scope separator: Nango joins with commas, open-connector and Arctic \
            with spaces.
            """,
            "Figma for Government is a separate host: https://api.figma-gov.com/v1/oauth/token.",
            """
            Older code uses https://www.figma.com/api/oauth/token: send secrets to api.figma.com only.
            """,
            """
            Errors have the form {error: true, status: 400, message: text}: error is a boolean there, not \
            a code.
            """,
            """
            Every app made before 23 September 2025 had to be published again by 17 November 2025 \
            (private to the organization, or public after review); the scopes files:read and file_read \
            are withdrawn.
            """,
            "The client secret is shown once only.",
            "The token endpoint also takes the client's proof as post.",
        ],
        sources: [
            DescriptionSource(
                "https://developers.figma.com/docs/rest-api/republish-oauth-apps", read: "2026-11-21", fields: ["notes"]
            ),
            DescriptionSource(
                "https://developers.figma.com/docs/updates-to-figmas-developer-platform", read: "2026-11-21",
                fields: ["notes"]),
            DescriptionSource(
                "https://stytch.com/docs/consumer-auth/authentication/oauth/adding-providers/figma.md",
                read: "2026-11-21", fields: ["client_secret.replacement", "client_secret.link", "notes"]),
            DescriptionSource(
                "https://developers.figma.com/docs/rest-api/authentication", read: "2026-11-21",
                fields: ["documentation"]),
            DescriptionSource(
                "https://github.com/figma/rest-api-spec/blob/main/openapi/openapi.yaml", read: "2026-11-21",
                fields: ["endpoints", "hosts.secrets", "probes.token", "notes"]),
            DescriptionSource(
                "https://github.com/api-evangelist/figma/blob/main/changelog/figma-changelog.yml", read: "2026-11-21",
                fields: ["notes"]),
            DescriptionSource(
                "https://developers.figma.com/docs/rest-api/changelog/", read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://github.com/oomol-lab/open-connector/blob/26745c5bfbbbda1e6a46d7cacb54e32d717113b3/src/providers/figma/definition.ts",
                read: "2026-11-21", fields: ["endpoints", "client.authentication", "authorization.pkce", "notes"]),
            DescriptionSource(
                "https://github.com/oomol-lab/open-connector/pull/296", read: "2026-11-21",
                fields: ["authorization.pkce", "client.authentication", "notes"]),
            DescriptionSource(
                "https://github.com/onlook-dev/onlook/pull/3076", read: "2026-11-21",
                fields: ["client.authentication", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/shared/lib/clients/provider.client.ts",
                read: "2026-11-21", fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["client.authentication", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/docs/integrations/all/figma.mdx",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://arcticjs.dev/providers/figma", read: "2026-11-21", fields: ["tokens.rotation", "notes"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/main/packages/core/src/providers/figma.ts",
                read: "2026-11-21", fields: ["probes.token", "account"]),
            DescriptionSource(
                "https://forum.figma.com/ask-the-community-7/unsure-how-to-fill-out-the-body-of-the-post-in-oauth2-0-33052",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://dontcry.hamzahsarwari.com/getting-started/authentication", read: "2026-11-21",
                fields: ["notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "issuer", "authorization.scope_separator", "authorization.iss", "authorization.loopback",
            "tokens.access_lifetime", "tokens.grace", "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse",
            "tokens.access_survives_refresh", "errors.rules", "errors.dialect", "answer.error", "answer.error_message",
            "revocation_reach", "endpoints.revocation", "probes.secret", "rate_limits", "client_secret.overlap",
            "client_secret.tokens_survive", "client_secret.steps", "client_secret.pattern", "tokens.early_refresh",
        ])
}
