// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Mailchimp.
    static let mailchimp = CatalogueEntry(
        ProviderDescription(
            id: "mailchimp", displayName: "Mailchimp",
            endpoints: Endpoints(
                authorization: "https://login.mailchimp.com/oauth2/authorize",
                token: "https://login.mailchimp.com/oauth2/token"), domains: ["login.mailchimp.com"],
            accountHosts: .underDomains, clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(pkce: false),
            tokenProbe: .api(path: "https://login.mailchimp.com/oauth2/metadata", scheme: "OAuth"),
            accountDomains: ["api.mailchimp.com"]),
        documentation: "https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/",
        notes: [
            """
            Access tokens never expire and there is no refresh token: a leaked token is good until the \
            user removes the app, and a keeper must not look for expires_in.
            """,
            """
            The API host is not in the token answer. GET https://login.mailchimp.com/oauth2/metadata with \
            the header Authorization: OAuth TOKEN (scheme OAuth, not Bearer) returns dc and api_endpoint; \
            the API is https://DC.api.mailchimp.com/3.0.
            """,
            "There are no scopes: a token has the whole account.",
            """
            user_id in the metadata is a JSON number; which field stays the same for one account of \
            several under one login is not documented.
            """,
            """
            The vendor's guide has a section on rotating the client secret (its text was not readable \
            here).
            """,
            "Limit of the API: 10 connections at one time, 120 s for a call.",
            "Access tokens do not expire.",
            "No refresh token is issued.",
        ],
        sources: [
            DescriptionSource(
                "https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/", read: "2026-11-21",
                fields: ["documentation", "client_secret.replacement"]),
            DescriptionSource(
                "https://developer.mailchimp.com/documentation/mailchimp/guides/how-to-use-oauth2/", read: "2026-11-21",
                fields: ["endpoints", "hosts.secrets", "tokens"]),
            DescriptionSource(
                "https://github.com/heliohq/anycli/blob/tool/mailchimp/DESIGN.md", read: "2026-11-21",
                fields: [
                    "hosts.accounts", "hosts.account_suffixes", "client", "authorization.pkce", "tokens", "account",
                    "revocation_reach", "endpoints.revocation", "probes.token", "notes",
                ]),
        ],
        unknown: [
            "errors.dialect",
            "account",
            "authorization.loopback", "errors.rules", "probes.secret", "client_secret.overlap",
            "client_secret.tokens_survive",
            "client_secret.steps", "client_secret.link", "rate_limits", "client_secret.pattern",
        ])
}
