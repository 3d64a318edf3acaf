// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Intercom.
    static let intercom = CatalogueEntry(
        ProviderDescription(
            id: "intercom", displayName: "Intercom",
            endpoints: Endpoints(
                authorization: "https://app.intercom.com/oauth", token: "https://api.intercom.io/auth/eagle/token"),
            domains: ["api.intercom.io"], clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(responseType: false, loopbackRedirect: false),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Intercom",
                    steps: [
                        """
                        Open the Intercom Developer Hub (Settings, Integrations, Developer Hub, Your apps) and the \
                        app
                        """, "Configure, Basic Information: the client secret is there",
                    ])), tokenProbe: .api(path: "https://api.intercom.io/me"),
            accountLookup: .api(path: "https://api.intercom.io/me", idField: "app.id_code")),
        documentation:
            "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/setting-up-oauth",
        notes: [
            "Access tokens do not expire and there is no refresh token: nothing is to be refreshed.",
            """
            Scopes are not part of the authorize request (client_id and state only): they are ticked in \
            the Developer Hub.
            """,
            """
            Customers in the EU or Australia have other hosts: app.eu.intercom.com and \
            api.eu.intercom.io, app.au.intercom.com and api.au.intercom.io; the standard hosts serve the \
            US.
            """,
            "Redirect URLs must be https; if several are registered the first is the default.",
            """
            /me answers the admin who authorized (id) and the workspace (app.id_code): the workspace is \
            the account.
            """,
            "Access tokens do not expire.",
            "No refresh token is issued.",
        ],
        sources: [
            DescriptionSource(
                "https://github.com/intercom/Intercom-OpenAPI/blob/main/descriptions/2.15/api.intercom.io.yaml",
                read: "2026-11-21", fields: ["probes.token", "account", "notes"]),
            DescriptionSource(
                "https://developers.intercom.com/building-apps/docs/setting-up-oauth", read: "2026-11-21",
                fields: ["documentation", "authorization.loopback", "notes"]),
            DescriptionSource(
                "https://docs.unified.to/skills/intercom-oauth-app/SKILL.md", read: "2026-11-21",
                fields: ["authorization.response_type", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints", "hosts.secrets", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/docs/api-integrations/intercom/how-to-register-your-own-intercom-api-oauth-app.mdx",
                read: "2026-11-21", fields: ["tokens", "client_secret.replacement", "client_secret.steps", "notes"]),
            DescriptionSource(
                "https://github.com/oomol-lab/open-connector/blob/26745c5bfbbbda1e6a46d7cacb54e32d717113b3/src/providers/intercom/definition.ts",
                read: "2026-11-21", fields: ["client.authentication", "endpoints"]),
        ],
        unknown: [
            "client.body", "answer", "authorization.pkce", "authorization.iss", "errors.rules", "errors.dialect",
            "answer.error", "answer.error_message", "probes.secret", "revocation_reach", "endpoints.revocation",
            "rate_limits", "client_secret.overlap", "client_secret.tokens_survive", "client_secret.pattern",
            "client_secret.also_signs",
        ])
}
