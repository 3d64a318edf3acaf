// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Stripe Connect (Standard accounts).
    static let stripe = CatalogueEntry(
        ProviderDescription(
            id: "stripe", displayName: "Stripe Connect (Standard accounts)",
            endpoints: Endpoints(
                authorization: "https://connect.stripe.com/oauth/authorize",
                token: "https://connect.stripe.com/oauth/token"), domains: ["connect.stripe.com"],
            clientAuthentication: .post, revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Stripe Connect (Standard accounts)",
                    steps: [
                        "Open the API keys page of the Stripe Dashboard",
                        "Roll the secret key and choose when the old one ends",
                        "Give the new key to the program before that time",
                    ])), accountLookup: .answerField("stripe_user_id"),
            errorRules: [
                ErrorRule(codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(
                    codes: [
                        "invalid_client", "invalid_request", "invalid_scope", "unsupported_grant_type",
                        "unsupported_response_type",
                    ], meaning: .configuration),
            ], secretFacts: SecretFacts(overlap: .untilRemoved)),
        documentation: "https://docs.stripe.com/connect/oauth-reference",
        notes: [
            """
            client_secret is the platform's own Stripe SECRET API KEY: whoever holds it holds the whole \
            platform account, and rolling it touches every other use of that key, not only OAuth.
            """,
            """
            The access token is itself a Stripe secret key of the connected account and does not expire: \
            it must be guarded like one. It ends only when the account's owner disconnects (webhook \
            account.application.deauthorized).
            """,
            """
            The refresh token is not for keeping alive: it serves to get a token of an equal or lesser \
            scope, or of the other mode (live or test). Nothing has to be refreshed on a timer.
            """,
            """
            The mode of the key used in the request decides whether a live or a test token comes back; a \
            mismatch of modes between key and code or refresh token is invalid_grant, and between key and \
            client is invalid_client: neither means that the grant is dead.
            """,
            "invalid_client at deauthorize also says that stripe_user_id is not connected.",
            """
            Disconnecting is not RFC 7009: POST https://connect.stripe.com/oauth/deauthorize with \
            client_id and stripe_user_id, authenticated by the platform's key; it ends the whole \
            connection.
            """,
            """
            Since June 2021 a platform with scope read_write cannot connect an account that another \
            platform controls.
            """,
            """
            Stripe Apps with OAuth are another thing: https://api.stripe.com/v1/oauth/token, HTTP Basic \
            with the secret key as user name and an empty password, access token with an end, refresh \
            token.
            """,
            "Access tokens do not expire.",
        ],
        sources: [
            DescriptionSource(
                "https://docs.stripe.com/connect/oauth-reference", read: "2026-11-21",
                fields: ["documentation", "endpoints.authorization", "notes"]),
            DescriptionSource(
                "https://github.com/stripe/stripe-ruby/blob/51a180998268147fb40a7712b4fa66b7a3e033c0/lib/stripe/oauth.rb",
                read: "2026-11-21",
                fields: [
                    "endpoints", "hosts.secrets", "client.authentication", "revocation_reach", "endpoints.revocation",
                    "notes",
                ]),
            DescriptionSource(
                "https://github.com/stripe/stripe-ruby/blob/51a180998268147fb40a7712b4fa66b7a3e033c0/lib/stripe/errors.rb",
                read: "2026-11-21", fields: ["errors.rules", "errors.dialect", "notes"]),
            DescriptionSource(
                "https://github.com/stripe/stripe-node/blob/663942164d3876f04bb26617b88f498ba785e580/src/resources/OAuth.ts",
                read: "2026-11-21", fields: ["tokens.access_lifetime", "account", "notes"]),
            DescriptionSource(
                "https://nango.dev/blog/stripe-oauth-refresh-token-invalid-grant", read: "2026-11-21",
                fields: ["endpoints.token", "errors.rules"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/shared/lib/clients/provider.client.ts",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource("https://docs.stripe.com/keys", read: "2026-11-19", fields: ["client_secret"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.pkce", "authorization.loopback", "authorization.scope_separator", "tokens.rotation",
            "tokens.reuse", "tokens.idle_expiry", "rate_limits", "probes", "errors.dialect", "answer.error",
            "answer.error_message", "client_secret.tokens_survive", "client_secret.pattern", "tokens.absolute_expiry",
            "tokens.grace", "tokens.early_refresh", "tokens.access_survives_refresh",
        ])
}
