// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Salesforce.
    static let salesforce = CatalogueEntry(
        ProviderDescription(
            id: "salesforce", displayName: "Salesforce", issuer: "https://login.salesforce.com",
            endpoints: Endpoints(
                authorization: "https://{host}/services/oauth2/authorize",
                token: "https://{host}/services/oauth2/token", revocation: "https://{host}/services/oauth2/revoke"),
            domains: ["salesforce.com"], accountHosts: .underDomains, accountHostField: "instance_url",
            clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(
                extra: ["prompt": "consent"], offlineScope: "refresh_token"),
            refreshTokens: RefreshTokenBehaviour(rotation: .sometimes), revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Salesforce", steps: OperatorInstructions.generic.steps,
                    changesClientID: true)), accountLookup: .answerField("id"), accountDomains: ["salesforce.com"],
            errorRules: [
                ErrorRule(statuses: [500, 502, 503, 504], meaning: .transient),
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize),
            ], secretFacts: SecretFacts(overlap: .timed)),
        documentation:
            "https://help.salesforce.com/apex/HTViewHelpDoc?id=remoteaccess_oauth_refresh_token_flow.htm&language=en_US",
        variables: [
            ProviderVariable(
                "host",
                about: """
                    login host: login.salesforce.com, test.salesforce.com for sandboxes, or the org's My Domain \
                    host
                    """, fallback: "login.salesforce.com", pattern: "[A-Za-z0-9.-]{1,253}")
        ],
        notes: [
            """
            The token answer has no expires_in: an access token lives as long as the session time-out of \
            the app or profile says, so the program learns of the end from a 401.
            """,
            """
            Refresh token rotation is a setting of the app: with it on each refresh token serves once and \
            a lost answer costs the grant; with it off the same one serves until the app's refresh token \
            policy ends it (until revoked, a fixed time, or idle time).
            """,
            """
            An idle limit of 30 days (sliding) can be switched on for the app by its developer and then \
            binds all subscribers.
            """,
            """
            invalid_grant with 'expired access/refresh token' is a dead refresh token; an outage can also \
            answer invalid_grant with a 5xx status: the status must be looked at.
            """,
            """
            Staging and rotating credentials (Connect REST, v65 and later) changes the consumer KEY and \
            the secret together: client_id changes, and the old pair may live up to 30 days or be deleted \
            at once. The org needs the setting 'Allow access to External Client App consumer secrets via \
            REST API'.
            """,
            """
            Call the API at instance_url of the answer; require https and a salesforce.com name before \
            using it.
            """,
            """
            A sandbox needs test.salesforce.com or its My Domain: login.salesforce.com does not know its \
            people.
            """,
            """
            answer id is an address https://login.salesforce.com/id/ORGID/USERID: the last two parts are \
            the stable ids.
            """,
            "Revoking a refresh token ends the access tokens made with it too.",
            "Its API can replace the client secret; here a person does it.",
            "After a change of the secret the old one lives on: 30d.",
        ],
        sources: [
            DescriptionSource(
                "https://help.salesforce.com/apex/HTViewHelpDoc?id=remoteaccess_oauth_refresh_token_flow.htm&language=en_US",
                read: "2026-11-21", fields: ["documentation", "tokens.rotation", "notes"]),
            DescriptionSource(
                "https://developer.salesforce.com/docs/atlas.en-us.198.0.api_rest.meta/api_rest/intro_understanding_refresh_token_oauth.htm",
                read: "2026-11-21", fields: ["client.authentication", "client.redirect_on_refresh", "notes"]),
            DescriptionSource(
                "https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/api/apex_connector_oauth.htm",
                read: "2026-11-21", fields: ["authorization.offline_scope"]),
            DescriptionSource(
                "https://help.salesforce.com/s/articleView?id=xcloud.connected_app_limit_idle_ttl.htm&language=en_US&type=5",
                read: "2026-11-21", fields: ["notes"]),
            DescriptionSource(
                "https://developer.salesforce.com/docs/atlas.en-us.256.0.apexref.meta/apexref/apex_class_Auth_OauthToken.htm",
                read: "2026-11-21", fields: ["revocation_reach", "notes"]),
            DescriptionSource(
                "https://github.com/jsforce/jsforce/blob/e744dad915492226c7838a9513697ed75b7ff998/src/oauth2.ts",
                read: "2026-11-21",
                fields: [
                    "endpoints.authorization", "endpoints.token", "endpoints.revocation", "hosts.secrets", "account",
                ]),
            DescriptionSource(
                "https://github.com/jsforce/jsforce/blob/e744dad915492226c7838a9513697ed75b7ff998/test/connection-session.test.ts",
                read: "2026-11-21", fields: ["errors.rules", "errors.dialect"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/providers/salesforce.ts",
                read: "2026-11-21", fields: ["issuer", "authorization.pkce"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21",
                fields: [
                    "variables", "endpoints", "authorization.parameters", "authorization.offline_scope",
                    "hosts.accounts", "hosts.account_suffixes", "hosts.account_field",
                ]),
            DescriptionSource(
                "https://help.salesforce.com/s/articleView?id=xcloud.eca_stage_oauth_credentials", read: "2026-11-19",
                fields: ["client_secret"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.scope_separator", "authorization.loopback", "authorization.iss", "tokens.access_lifetime",
            "tokens.grace", "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse", "tokens.early_refresh",
            "tokens.access_survives_refresh", "rate_limits", "errors.dialect", "answer.error", "answer.error_message",
            "probes", "client_secret.tokens_survive", "client_secret.steps", "client_secret.pattern",
            "endpoints.introspection", "endpoints.userinfo",
        ])
}
