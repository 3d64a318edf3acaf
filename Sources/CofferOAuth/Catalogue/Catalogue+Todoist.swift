// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderCatalogue {
    /// Todoist.
    static let todoist = CatalogueEntry(
        ProviderDescription(
            id: "todoist", displayName: "Todoist",
            endpoints: Endpoints(
                authorization: "https://todoist.com/oauth/authorize", token: "https://todoist.com/oauth/access_token",
                revocation: "https://api.todoist.com/api/v1/revoke", registration: "https://todoist.com/oauth/register"),
            domains: ["todoist.com", "api.todoist.com"], clientAuthentication: .post,
            authorizationRequest: AuthorizationRequestStyle(
                responseType: false, redirectInRequest: false, scopeParameter: "scope"),
            scopeSeparator: ",", refreshTokens: RefreshTokenBehaviour(rotation: .always),
            tokenProbe: .api(path: "https://api.todoist.com/api/v1/user")),
        documentation: "https://developer.todoist.com/api/v1/#tag/Authorization",
        notes: [
            """
            Two kinds of app: new apps have refresh tokens on (cannot be turned off again) and short \
            access tokens; older apps get one long-lived access token and no refresh token. The answer \
            tells which: refresh_token and expires_in are there or not.
            """,
            "A refresh returns a new refresh token that takes the old one's place.",
            """
            The scope list in the request is joined by commas, the scope in the answer is separated by \
            spaces.
            """,
            """
            The vendor's SDKs send neither response_type nor redirect_uri in the authorization request.
            """,
            """
            Revocation hosts differ from the token host: the secret goes there too. The TypeScript SDK \
            posts token and token_type_hint with HTTP Basic to the API host; the Python SDK calls DELETE \
            https://api.todoist.com/api/v1/access_tokens with client_id, client_secret and access_token \
            in the query string.
            """,
            """
            The vendor's SDK has an interface for an app's owner: GET and DELETE of the app's client \
            secret (resetAppClientSecret: DELETE apps/ID/client_secret, with a token of the scope \
            dev:app_console), so replacement could be done by a program; what becomes of the old secret \
            is not stated there.
            """,
            """
            Webhooks carry X-Todoist-Hmac-SHA256, HMAC-SHA256 keyed by client_secret; this is only \
            attested by others' code, not by a vendor page read here: replacing the secret breaks it.
            """,
            """
            Dynamic registration and client metadata documents (an https URL as client_id) are supported; \
            the token endpoint takes client_secret_post, client_secret_basic or none.
            """,
        ],
        sources: [
            DescriptionSource(
                "https://github.com/Doist/todoist-sdk-typescript/blob/190cbda9d477c8da740976b04824692ea6fd5dee/src/authentication.ts",
                read: "2026-11-21",
                fields: [
                    "documentation", "client", "authorization", "tokens", "revocation_reach", "endpoints.revocation",
                    "notes",
                ]),
            DescriptionSource(
                "https://github.com/Doist/todoist-api-python/blob/daa3df97eee90affbf15c2a3283eea08453d6781/todoist_api_python/authentication.py",
                read: "2026-11-21", fields: ["client.authentication", "authorization.scope_separator", "notes"]),
            DescriptionSource(
                "https://github.com/Doist/todoist-api-python/blob/daa3df97eee90affbf15c2a3283eea08453d6781/todoist_api_python/_core/endpoints.py",
                read: "2026-11-21", fields: ["endpoints", "hosts.secrets"]),
            DescriptionSource(
                "https://github.com/Doist/todoist-sdk-typescript/blob/190cbda9d477c8da740976b04824692ea6fd5dee/src/consts/endpoints.ts",
                read: "2026-11-21", fields: ["endpoints", "hosts.secrets", "probes.token"]),
            DescriptionSource(
                "https://github.com/Doist/todoist-sdk-typescript/blob/190cbda9d477c8da740976b04824692ea6fd5dee/src/clients/app-client.ts",
                read: "2026-11-21", fields: ["client_secret.replacement"]),
            DescriptionSource(
                "https://doist.github.io/todoist-sdk-typescript/api/functions/refreshAuthToken", read: "2026-11-21",
                fields: ["tokens.rotation"]),
        ],
        unknown: [
            "errors.dialect",
            "authorization.pkce", "authorization.loopback", "tokens.access_lifetime", "tokens.grace",
            "tokens.idle_expiry", "tokens.absolute_expiry", "tokens.reuse", "errors.rules", "rate_limits", "account",
            "probes.secret", "revocation_reach", "client_secret.overlap", "client_secret.tokens_survive",
            "client_secret.steps", "client_secret.link", "client_secret.pattern",
        ])
}
