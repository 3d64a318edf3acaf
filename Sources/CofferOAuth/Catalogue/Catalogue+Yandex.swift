// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Yandex.
    static let yandex = CatalogueEntry(
        ProviderDescription(
            id: "yandex", displayName: "Yandex",
            endpoints: Endpoints(
                authorization: "https://oauth.yandex.com/authorize", token: "https://oauth.yandex.com/token"),
            domains: ["oauth.yandex.com"], clientAuthentication: .basicRaw,
            refreshTokens: RefreshTokenBehaviour(rotation: .sometimes)),
        documentation: "https://yandex.com/dev/id/doc/en/codes/code-url",
        notes: [
            """
            Changing the permissions that the app asks for, or deleting the app, revokes EVERY token ever \
            issued to the app: a harmless-looking edit in the console disconnects all users.
            """,
            """
            A refresh may return the same access token while it has long to live; that is a success, not \
            an error. The vendor advises refreshing long-lived tokens every three months (keep_alive).
            """,
            """
            The refresh token lives as long as the access token issued with it (same lifetime): a grant \
            that is not refreshed before the access token's end is lost with it. How long that is depends \
            on the app and comes in expires_in; no number is documented on the pages read.
            """,
            """
            Only tokens bound to a device (device_id and device_name sent in the authorization request, \
            device_id 6 to 50 printable ASCII characters) can be revoked by the app: POST /revoke_token \
            with access_token and the client's id and secret. Ordinary tokens end only by the user. \
            Revoking an access token ends its refresh token too.
            """,
            """
            30 device tokens per app and user; the 31st ends the oldest (that is grants_per_account).
            """,
            """
            A changed password, switched two-factor login, recovered account or logging out of all \
            devices revokes all tokens of the user.
            """,
            """
            If an Authorization header is there, client_id and client_secret in the body are ignored, so \
            a wrong header hides a right body.
            """,
            """
            The same server answers as oauth.yandex.ru; an installation that uses the .ru host must add \
            it to hosts.secrets.
            """,
            "The word in the console is password of the app in older pages, secret key in newer.",
            "The token endpoint also takes the client's proof as post.",
            "At most 30 grants of one account live at once.",
        ],
        sources: [
            DescriptionSource(
                "https://yandex.com/dev/id/doc/en/codes/code-url", read: "2026-11-21",
                fields: ["documentation", "endpoints.authorization", "authorization", "notes"]),
            DescriptionSource(
                "https://yandex.ru/dev/id/doc/en/tokens/refresh-client", read: "2026-11-21",
                fields: ["endpoints.token", "hosts.secrets", "client", "tokens", "tokens.keep_alive", "notes"]),
            DescriptionSource(
                "https://yandex.ru/dev/id/doc/en/tokens/token-invalidate", read: "2026-11-21",
                fields: ["revocation_reach", "endpoints.revocation", "notes"]),
            DescriptionSource(
                "https://tech.yandex.com/oauth/doc/dg/concepts/device-token-docpage/", read: "2026-11-21",
                fields: ["endpoints.revocation", "revocation_reach"]),
        ],
        unknown: [
            "errors.dialect",
            "authorization.scope_separator", "authorization.loopback", "tokens.access_lifetime", "tokens.grace",
            "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse", "tokens.access_survives_refresh",
            "errors.rules", "rate_limits", "probes", "account", "revocation_reach", "client_secret",
        ])
}
