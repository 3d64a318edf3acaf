// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Wave.
    static let wave = CatalogueEntry(
        ProviderDescription(
            id: "wave", displayName: "Wave",
            endpoints: Endpoints(
                authorization: "https://api.waveapps.com/oauth2/authorize/",
                token: "https://api.waveapps.com/oauth2/token/",
                revocation: "https://api.waveapps.com/oauth2/token-revoke/"), domains: ["api.waveapps.com"],
            clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(offlineScope: "offline_access"),
            sendsRedirectOnRefresh: true, refreshTokens: RefreshTokenBehaviour(rotation: .always, reuse: .refused),
            errorRules: [ErrorRule(statuses: [403], meaning: .payment)]),
        documentation: "https://developer.waveapps.com/hc/en-us/articles/360019493652-OAuth-Guide",
        notes: [
            """
            The slash at the end of all three URLs is part of them: a redirect to it would lose the POST \
            body.
            """,
            """
            A user can only grant businesses that have a live Pro or Advisor subscription; when it \
            lapses, authorizing, refreshing and calling answer 403. That is payment, not revocation: do \
            not throw the grant away.
            """,
            """
            No lifetime is documented; expires_in in the answer decides (older material shows 36000 and \
            7200).
            """,
            "An older copy of the guide lists redirect_uri as required in the refresh.",
            """
            The API is GraphQL at https://gql.waveapps.com/graphql/public, where errors come inside a \
            200.
            """,
            "write scopes do not include read; there is no transaction:read scope.",
            """
            That offline_access is needed comes from a third party's setup page, not from Wave's own.
            """,
            "A spent refresh token is refused at once.",
        ],
        sources: [
            DescriptionSource(
                "https://docs.rs/crate/wave-api/latest/source/documentation/oauth-guide.md", read: "2026-11-21",
                fields: ["documentation", "endpoints.authorization", "authorization.scope_separator", "notes"]),
            DescriptionSource(
                "https://developer.waveapps.com/hc/en-us/articles/360019493652-OAuth-Guide", read: "2026-11-21",
                fields: [
                    "endpoints", "client", "tokens.rotation", "tokens.grace", "tokens.reuse", "errors.rules", "notes",
                ]),
            DescriptionSource(
                "https://developers.apideck.com/connectors/wave/docs/application_owner+oauth_credentials",
                read: "2026-11-21", fields: ["authorization.offline_scope", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml", read: "2026-11-21",
                fields: ["endpoints.token", "hosts.secrets"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "errors.dialect",
            "authorization.pkce", "authorization.loopback", "tokens.access_lifetime", "tokens.idle_expiry",
            "tokens.absolute_expiry", "tokens.access_survives_refresh", "rate_limits", "probes",
            "account", "revocation_reach", "client_secret", "tokens.early_refresh",
        ])
}
