// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Google.
    static let google = CatalogueEntry(
        ProviderDescription(
            id: "google", displayName: "Google", issuer: "https://accounts.google.com",
            endpoints: Endpoints(
                authorization: "https://accounts.google.com/o/oauth2/v2/auth",
                token: "https://oauth2.googleapis.com/token", revocation: "https://oauth2.googleapis.com/revoke",
                userInfo: "https://openidconnect.googleapis.com/v1/userinfo",
                deviceAuthorization: "https://oauth2.googleapis.com/device/code"),
            domains: ["oauth2.googleapis.com"], clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(extra: ["access_type": "offline", "prompt": "consent"]),
            lifetimes: TokenLifetimes(accessToken: .seconds(60 * 60), refreshToken: .seconds(180 * 86_400)),
            keepAlive: .seconds(90 * 86_400), revocationReach: .grant,
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new client secret in Google",
                    steps: [
                        "Open Google Cloud console, Google Auth Platform, Clients, and choose the client",
                        "Add a second client secret and copy it",
                        "Give the new secret to the program and see one refresh succeed",
                        "Disable the old secret, watch for failures, then delete it",
                    ], link: "https://console.cloud.google.com/auth/clients")),
            tokenProbe: .api(path: "https://oauth2.googleapis.com/tokeninfo"), accountLookup: .idToken,
            apiDomains: ["openidconnect.googleapis.com"],
            errorRules: [
                ErrorRule(codes: ["internal_failure", "server_error", "temporarily_unavailable"], meaning: .transient),
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize),
                ErrorRule(codes: ["admin_policy_enforced"], meaning: .reauthorize),
            ], secretFacts: SecretFacts(overlap: .untilRemoved)),
        documentation: "https://developers.google.com/identity/protocols/oauth2/web-server",
        notes: [
            """
            Revoking any one token ends every token of that person for EVERY client of the same Cloud \
            project, so a revoke to clean up one grant cuts off other grants and other apps of the \
            project; it may take some time to have its full effect.
            """,
            """
            A project whose consent screen is External with status Testing gets refresh tokens that die \
            after 7 days (answer has refresh_token_expires_in about 604799), unless only openid, email \
            and profile are asked for; changing to Production does not lengthen tokens already issued.
            """,
            """
            Without prompt=consent a second consent of the same person usually gives no refresh_token at \
            all; keep the old one.
            """,
            """
            At the 101st refresh token per account and client the oldest dies without warning: repeated \
            connecting during tests kills production grants.
            """,
            """
            error_subtype invalid_rapt with invalid_grant means that the organisation's session control \
            asks for a new sign-in (every 1 to 24 hours): no background refresh can ever work for that \
            person with the Cloud Platform scope.
            """,
            "A change of password ends refresh tokens that hold Gmail scopes.",
            "A person can give access for a limited time; the refresh token then ends by itself.",
            "Sizes: code up to 256 bytes, access token up to 2048, refresh token up to 512.",
            "idle_expiry: the vendor says six months; 180d is the shorter reading.",
            """
            loopback: true holds for clients of type Desktop app; a Web client needs its exact redirect \
            address.
            """,
            "At most 100 grants of one account live at once.",
            """
            The account's id is known only where the scope openid is asked for; device codes are given to clients of type \
            TVs and Limited Input devices, and for few scopes.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://developers.google.com/identity/protocols/oauth2", read: "2026-11-21",
                fields: ["tokens.idle_expiry", "tokens.keep_alive", "errors.rules", "errors.dialect", "notes"]),
            DescriptionSource(
                "https://developers.google.com/identity/protocols/oauth2/web-server", read: "2026-11-21",
                fields: [
                    "authorization.parameters", "tokens.early_refresh", "revocation_reach", "endpoints.revocation",
                    "documentation", "notes",
                ]),
            DescriptionSource(
                "https://developers.google.com/identity/protocols/oauth2/limited-input-device", read: "2026-11-22",
                fields: ["endpoints.device_authorization", "notes"]),
            DescriptionSource(
                "https://github.com/panva/wellknown/blob/main/issuers/google/google.mjs", read: "2026-11-22",
                fields: [
                    "issuer", "endpoints.userinfo", "endpoints.device_authorization", "hosts.api", "account",
                    "authorization.pkce",
                ]),
            DescriptionSource(
                "https://developers.google.com/identity/protocols/oauth2/native-app", read: "2026-11-21",
                fields: ["authorization.loopback"]),
            DescriptionSource(
                "https://github.com/googleapis/google-auth-library-nodejs/blob/a95b8272197f35453d1647eed85be475d51474c9/src/auth/oauth2client.ts",
                read: "2026-11-21", fields: ["endpoints", "issuer", "hosts.secrets", "probes.token"]),
            DescriptionSource(
                "https://github.com/googleapis/google-auth-library-python/blob/2ea24b03436765fa3cf279ce148482ff6332136b/google/oauth2/_client.py",
                read: "2026-11-21", fields: ["errors.rules"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints", "authorization.parameters", "authorization.scope_separator"]),
            DescriptionSource(
                "https://www.unipile.com/google-oauth-refresh-token/", read: "2026-11-21",
                fields: ["tokens.access_lifetime", "client.authentication", "client.redirect_on_refresh"]),
            DescriptionSource(
                "https://openillumi.com/en/en-google-ads-api-invalid-grant-refresh-token-fix", read: "2026-11-21",
                fields: ["notes"]),
            DescriptionSource(
                "https://usefulangle.com/post/51/google-refresh-token-common-questions", read: "2026-11-21",
                fields: ["notes"]),
            DescriptionSource(
                "https://support.google.com/cloud/answer/15549257", read: "2026-11-19", fields: ["client_secret"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.iss", "tokens.rotation", "tokens.absolute_expiry",
            "tokens.access_survives_refresh", "rate_limits", "client_secret.tokens_survive",
            "client_secret.pattern", "client_secret.changes_client_id", "probes.secret", "tokens.grace", "tokens.reuse",
        ])
}
