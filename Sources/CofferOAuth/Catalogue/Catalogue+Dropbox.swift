// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Dropbox.
    static let dropbox = CatalogueEntry(
        ProviderDescription(
            id: "dropbox", displayName: "Dropbox",
            endpoints: Endpoints(
                authorization: "https://www.dropbox.com/oauth2/authorize",
                token: "https://api.dropboxapi.com/oauth2/token"), domains: ["api.dropboxapi.com"],
            clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(extra: ["token_access_type": "offline"]),
            lifetimes: TokenLifetimes(accessToken: .seconds(4 * 3600)),
            refreshTokens: RefreshTokenBehaviour(rotation: .never), revocationReach: .grant,
            errorRules: [
                ErrorRule(statuses: [400], codes: ["invalid_grant"], meaning: .reauthorize)
            ], windows: StatedWindows(soft: .seconds(5 * 60))),
        documentation: "https://dropbox.tech/developers/using-oauth-2-0-with-offline-access",
        notes: [
            "Without token_access_type=offline there is no refresh token, only four hours.",
            """
            The refresh token is never replaced and does not end by itself: a refresh answer has no \
            refresh_token, keep the old one.
            """,
            """
            Revoking is not RFC 7009: POST https://api.dropboxapi.com/2/auth/token/revoke with an ACCESS \
            token as Bearer and no body; it ends that access token, its refresh token, and all other \
            access tokens made with it. So a dead access token must first be refreshed in order to revoke \
            the grant.
            """,
            """
            A client that used PKCE sends no secret at the exchange or refresh; a client without PKCE \
            must send it.
            """,
            """
            The userinfo call get_current_account is a POST \
            (https://api.dropboxapi.com/2/users/get_current_account), so it serves as probe only with a \
            POST; expired_access_token or invalid_access_token means dead.
            """,
            """
            429 carries retry_after (seconds) in the body, with the reason too_many_requests or \
            too_many_write_operations.
            """,
            """
            Old apps may hold long-lived tokens that never expire; such tokens cannot be made any more.
            """,
            """
            The vendor's JavaScript SDK puts the secret into the address of the POST; a form body is the \
            safer way.
            """,
            "The token endpoint also takes the client's proof as none.",
            "An unused refresh token does not expire.",
            "A refresh token has no greatest age.",
        ],
        sources: [
            DescriptionSource(
                "https://dropbox.tech/developers/using-oauth-2-0-with-offline-access", read: "2026-11-21",
                fields: ["documentation"]),
            DescriptionSource(
                "https://github.com/dropbox/dropbox-sdk-js/blob/5597be0cf8fb86b2433f7550d9feb7895fee5200/src/auth.js",
                read: "2026-11-21", fields: ["client", "authorization", "windows", "notes"]),
            DescriptionSource(
                "https://github.com/dropbox/dropbox-api-spec/blob/0d994ebe9e86f741b380a75a5267819aeb7eb63e/auth.stone",
                read: "2026-11-21", fields: ["revocation_reach", "endpoints.revocation", "notes"]),
            DescriptionSource(
                "https://github.com/dropbox/dropbox-sdk-java/blob/e6f7fefd1f50b7b91b061ef8a1422d077f6617f5/core/src/test/java/com/dropbox/core/oauth/DbxRefreshTest.java",
                read: "2026-11-21", fields: ["errors.rules", "errors.dialect"]),
            DescriptionSource(
                "https://github.com/nextauthjs/next-auth/blob/a1a16a5a7780488c7449feece410033f445d0b31/packages/core/src/providers/dropbox.ts",
                read: "2026-11-21", fields: ["endpoints", "hosts.secrets", "notes"]),
            DescriptionSource(
                "https://github.com/NangoHQ/nango/blob/2f4c0af671e2ca1c43dd4e78f3c369218bf3fc87/packages/providers/providers.yaml",
                read: "2026-11-21", fields: ["endpoints", "authorization.parameters"]),
            DescriptionSource(
                "https://www.github.com/karthik/rdrop2/issues/201", read: "2026-11-21",
                fields: ["tokens.idle_expiry", "tokens.absolute_expiry", "tokens.rotation", "notes"]),
            DescriptionSource(
                "https://github.com/remotestorage/remotestorage.js/issues/1267", read: "2026-11-21",
                fields: ["tokens.access_lifetime"]),
        ],
        unknown: [
            "tokens.spends_on_error", "tokens.retry_after_lost_answer", "tokens.introspectable", "tokens.narrowing",
            "authorization.loopback", "tokens.early_refresh", "tokens.access_survives_refresh", "rate_limits",
            "errors.dialect", "answer.error", "answer.error_message", "probes", "client_secret", "account",
            "tokens.grace", "tokens.reuse",
        ])
}
