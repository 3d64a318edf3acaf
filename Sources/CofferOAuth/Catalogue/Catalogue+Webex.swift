// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Webex.
    static let webex = CatalogueEntry(
        ProviderDescription(
            id: "webex", displayName: "Webex",
            endpoints: Endpoints(
                authorization: "https://webexapis.com/v1/authorize", token: "https://webexapis.com/v1/access_token"),
            domains: ["webexapis.com"], clientAuthentication: .post,
            lifetimes: TokenLifetimes(accessToken: .seconds(14 * 86_400), refreshToken: .seconds(90 * 86_400)),
            keepAlive: .seconds(45 * 86_400), answer: AnswerPaths(errorMessage: "message"),
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(statuses: [401], meaning: .configuration),
            ]),
        documentation: "https://developer.webex.com/docs/integrations",
        notes: [
            """
            The answer carries refresh_token_expires_in (7775999 in the sample): keep it, it is the only \
            warning before the 90 days are over.
            """,
            """
            The sample code requires a refresh_token in the refresh answer as well; whether it is a new \
            one or the same with a new term is not stated in what was read, so store the one in the \
            answer.
            """,
            """
            The vendor's sample reads a 400's text from the member message, and takes a 401 of the token \
            endpoint as a wrong client secret. That a dead refresh token answers 400 invalid_grant is a \
            reviewer's statement in another project, not the vendor's.
            """,
            "The client secret is shown once at registration.",
            """
            Older material uses https://api.ciscospark.com/v1/authorize and /access_token for the same \
            endpoints.
            """,
            """
            Bot tokens do not expire and know no refresh; a person's token from the developer site lives \
            12 hours. Neither is this flow.
            """,
            "A throttled API call carries Retry-After.",
        ],
        sources: [
            DescriptionSource(
                "https://developer.webex.com/docs/integrations", read: "2026-11-21", fields: ["documentation", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/master/packages/providers/providers.yaml", read: "2026-11-21",
                fields: ["endpoints", "hosts.secrets", "authorization.scope_separator", "notes"]),
            DescriptionSource(
                "https://github.com/WebexCommunity/WebexPythonSDK/blob/f52110042cefb9918aabfb5929a233f37543e971/src/webexpythonsdk/api/access_tokens.py",
                read: "2026-11-21", fields: ["client.authentication"]),
            DescriptionSource(
                "https://github.com/CiscoDevNet/webex-integration-sample/blob/9393691cd1cedfdb9dc00c73664d5089c95ffa5e/server.js",
                read: "2026-11-21",
                fields: [
                    "client.authentication", "tokens", "tokens.keep_alive", "answer.error_message", "errors.rules",
                    "notes",
                ]),
            DescriptionSource(
                "https://github.com/novuhq/novu/pull/11633", read: "2026-11-21",
                fields: ["errors.dialect", "errors.rules", "tokens.idle_expiry"]),
            DescriptionSource(
                "https://github.com/WebexCommunity/WebexPythonSDK/issues/251", read: "2026-11-21", fields: ["notes"]),
        ],
        unknown: [
            "endpoints.revocation", "authorization.pkce", "authorization.loopback", "tokens.rotation", "tokens.grace",
            "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh", "rate_limits", "probes",
            "account", "revocation_reach", "client_secret",
        ])
}
