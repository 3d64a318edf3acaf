// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Bitbucket Cloud.
    static let bitbucket = CatalogueEntry(
        ProviderDescription(
            id: "bitbucket", displayName: "Bitbucket Cloud",
            endpoints: Endpoints(
                authorization: "https://bitbucket.org/site/oauth2/authorize",
                token: "https://bitbucket.org/site/oauth2/access_token"), domains: ["bitbucket.org"],
            clientAuthentication: .basicRaw, authorizationRequest: AuthorizationRequestStyle(redirectInRequest: false),
            lifetimes: TokenLifetimes(accessToken: .seconds(2 * 3600)), answer: AnswerPaths(scope: "scopes")),
        documentation: "https://developer.atlassian.com/cloud/bitbucket/oauth-2/",
        notes: [
            """
            Bitbucket Cloud does not use Atlassian's 3LO: no auth.atlassian.com, no audience, no \
            offline_access.
            """,
            """
            Scopes are the boxes ticked on the consumer, not words in the request; the answer names them \
            in scopes, not scope.
            """,
            """
            redirect_uri may be left out: then the consumer's one callback URL serves; if sent it must \
            begin with that URL.
            """,
            """
            The consumer belongs to a workspace: Workspace settings, Apps and features, OAuth consumers; \
            its id and secret are called Key and Secret.
            """,
            """
            Older pages and issues speak of one hour for the access token; go by expires_in. One old \
            issue shows an unsupported grant type answered as error invalid_grant, so that invalid_grant \
            alone does not prove a dead refresh token.
            """,
            """
            A custom grant exchanges JWTs of Connect add-ons for access tokens; the password grant is \
            gone.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://developer.atlassian.com/cloud/bitbucket/oauth-2/", read: "2026-11-21",
                fields: ["documentation", "endpoints", "hosts.secrets", "client.authentication", "authorization"]),
            DescriptionSource(
                "https://support.atlassian.com/bitbucket-cloud/docs/use-oauth-on-bitbucket-cloud/", read: "2026-11-21",
                fields: ["authorization.redirect_in_request", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/docs/integrations/all/bitbucket.mdx", read: "2026-11-21",
                fields: ["tokens.access_lifetime"]),
            DescriptionSource(
                "https://docs.unified.to/skills/bitbucket-oauth-app/SKILL.md", read: "2026-11-21",
                fields: ["notes", "tokens.access_lifetime"]),
            DescriptionSource(
                "https://gist.github.com/droidMakk/583cfe96d7f6f8a7e239764bf6f353ab", read: "2026-11-21",
                fields: ["answer.scope"]),
            DescriptionSource(
                "https://bitbucket.org/site/master/issues/16249/im-trying-to-implement-the-bitbucket-oauth",
                read: "2026-11-21", fields: ["notes"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "errors.dialect",
            "authorization.pkce", "authorization.loopback", "tokens.rotation", "tokens.grace", "tokens.idle_expiry",
            "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh", "errors.rules", "rate_limits",
            "probes", "account", "revocation_reach", "endpoints.revocation", "client_secret", "tokens.early_refresh",
        ])
}
