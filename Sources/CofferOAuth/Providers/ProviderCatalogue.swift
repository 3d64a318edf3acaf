// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The providers that are built in, in alphabetical order.
package enum ProviderCatalogue {
    /// All of them.
    package static let entries: [CatalogueEntry] = [
        airtable, amocrmEntry, asana, atlassian, auth0, authentik, bitbucket, bitrix24Entry, box, calendly, clickup,
        copper, discord, docusign, dropbox, figma, freshbooks, github, gitlab, google, gusto, hubspot, intercom,
        keycloak, kommoEntry, linear, linkedin, mailchimp, microsoft, monday, notion, okta, oktaOrg, pipedrive,
        pocketid, quickbooks, reddit, ringcentral, salesforce, shopify, slack, spotify, square, strava, stripe,
        todoist, twitch, typeform, wave, webex, x, xero, yandex, zendesk, zoho, zoom,
    ]

    /// Those whose behaviour is told by code of their own as well.
    package static let crm: [ProviderDescription] = [amocrm, bitrix24, kommo]

    /// The entry of a name; `nil` if there is none.
    package static func entry(id: String) -> CatalogueEntry? { entries.first { $0.description.id == id } }

    // https://www.amocrm.ru/developers/content/oauth/step-by-step (AM-STEP below)
    // https://www.amocrm.ru/developers/content/oauth/oauth (AM-OAUTH), …/content/api/recommendations (AM-REC)
    /// amoCRM.
    package static let amocrm = amoCRMFamily(
        id: "amocrm", displayName: "amoCRM", home: "https://www.amocrm.ru",
        // An account of one may live under another: `platform` 1 is amocrm.ru, 2 amocrm.com and kommo.com (AM-STEP).
        domains: ["amocrm.ru", "amocrm.com", "kommo.com"], keysTab: "Keys (Ключи)", market: "amoMarket (амоМаркет)",
        link: "https://www.amocrm.ru/developers/content/oauth/step-by-step")

    // https://apidocs.bitrix24.com: settings/oauth/index, auto-renewal, error-codes; limits
    /// Bitrix24, in the cloud or on one's own premises: the authorization server is the vendor's in both cases.
    package static let bitrix24 = ProviderDescription(
        id: "bitrix24", displayName: "Bitrix24",
        endpoints: Endpoints(
            // settings/oauth/index: the consent page is the portal's own.
            authorization: "https://{account}/oauth/authorize/",
            // settings/oauth/index documents GET with everything in the query; POST as a form works too and keeps
            // secrets out of logs (github.com/bitrix24/b24jssdk, packages/jssdk/src/oauth/auth.ts).
            token: "https://oauth.bitrix.info/oauth/token/"),
        // settings/oauth/index of the international and of the Russian documentation. Never a portal:
        // "passing the secret to Bitrix24 itself is unsafe".
        domains: ["oauth.bitrix.info", "oauth.bitrix24.tech"],
        accountHosts: .any, accountHostField: "client_endpoint",
        // settings/oauth/index: client_id and client_secret are parameters.
        clientAuthentication: .post,
        // settings/oauth/index: client_id and state only; redirect_uri stands in the app's settings; the callback
        // names the portal in `domain`.
        authorizationRequest: AuthorizationRequestStyle(
            responseType: false, pkce: false, redirectInRequest: false, loopbackRedirect: false,
            accountParameter: "domain", serverParameter: "server_domain"),
        // settings/oauth/index: "scope": "crm,entity,im,task".
        scopeSeparator: ",", errorDialect: .bitrix24,
        // settings/oauth/index: 1 hour; auto-renewal: 180 days.
        lifetimes: TokenLifetimes(accessToken: .seconds(3600), refreshToken: .seconds(180 * 86_400)),
        // auto-renewal: whoever refreshes on a timer "may be blocked by automation".
        refreshPolicy: .onExpiry, keepAlive: .seconds(90 * 86_400),
        // auto-renewal: "Retain it instead of the previous one"; taken as single-use without grace.
        refreshTokens: RefreshTokenBehaviour(rotation: .always),
        // limits: other plans than Enterprise drain 2 a second from a bucket of 50.
        rateLimit: RateLimit(amount: 2, interval: .seconds(1), burst: 50, scope: .sourceAddress),
        secretReplacement: .operator(
            OperatorInstructions(
                title: "Get a new client secret for the application in Bitrix24",
                // settings/app-uninstallation: a local app has no other way, and it cannot be undone.
                steps: [
                    "A market application: change the secret in the partner area, if it offers that.",
                    "A local application: note its settings, open Applications > Developer resources > Integrations.",
                    "Delete the application and add it anew with the same settings. Handlers and widgets go with it.",
                    "It has a new client id as well: give Coffer both, and connect its accounts again.",
                ],
                link: "https://apidocs.bitrix24.com/settings/app-uninstallation.html",
                // settings/oauth/index: samples of 50 letters and digits.
                secretPattern: "[A-Za-z0-9]{20,128}", changesClientID: true)),
        // error-codes: invalid_client or wrong_client against invalid_grant.
        secretProbe: .authorizationCode,
        // settings/oauth/simple-way: the trusted check of a token, at the authorization server.
        tokenProbe: .form(url: "https://oauth.bitrix.info/rest/app.info", field: "auth"),
        // settings/oauth/index: "does not change when the address changes".
        accountLookup: .answerField("member_id"),
        // limits: the bucket of a portal.
        apiRateLimits: [RateLimit(amount: 2, interval: .seconds(1), burst: 50, scope: .account)],
        // api-reference/events/safe-event-handlers: "the only way" where an event holds no tokens; of several in one
        // event the top level's counts (chat-bots-v2/imbot.v2/events/events).
        webhooks: [
            WebhookProof(
                "event", .sharedToken, in: .form, "auth[application_token]", key: .connectionToken,
                account: "auth[member_id]",
                // api-reference/common/events/on-app-install, on-app-update: with a refresh token, unlike other events.
                refreshToken: "auth[refresh_token]", server: "auth[server_endpoint]")
        ],
        // settings/oauth/index: in the answer beside the portal's own `client_endpoint`; `domain` there is the server as well.
        serverField: "server_endpoint")

    // https://developers.kommo.com/reference/get-token, …/docs/authorization-public, …/docs/limitations
    /// Kommo, which is amoCRM under another name.
    package static let kommo = amoCRMFamily(
        id: "kommo", displayName: "Kommo", home: "https://www.kommo.com",
        domains: ["kommo.com", "amocrm.com", "amocrm.ru"], keysTab: "Keys and scopes", market: "Integrations",
        link: "https://developers.kommo.com/docs/authorization-public")

    private static func amoCRMFamily(
        id: String, displayName: String, home: String, domains: [String], keysTab: String, market: String, link: String
    ) -> ProviderDescription {
        ProviderDescription(
            id: id, displayName: displayName,
            endpoints: Endpoints(
                // AM-STEP: GET /oauth of the common host; the account is chosen there.
                authorization: EndpointTemplate("\(home)/oauth"),
                // AM-STEP: POST https://{subdomain}.amocrm.ru/oauth2/access_token.
                token: "https://{account}/oauth2/access_token"),
            domains: domains, accountHosts: .underDomains,
            // AM-STEP: id and secret are members of a JSON body.
            clientAuthentication: .post, tokenBody: .json,
            // AM-STEP: client_id, state and mode only; scope and redirect URI stand in the integration's settings.
            // post_message: the redirect happens in the window that was opened, and there is no other here.
            authorizationRequest: AuthorizationRequestStyle(
                responseType: false, pkce: false, redirectInRequest: false, loopbackRedirect: false,
                accountParameter: "referer", extra: ["mode": "post_message"]),
            // AM-STEP: redirect_uri is required in a refresh, and must match exactly.
            sendsRedirectOnRefresh: true, errorDialect: .amocrm,
            // AM-OAUTH: 24 hours; 3 months, taken as 90 days.
            lifetimes: TokenLifetimes(accessToken: .seconds(86_400), refreshToken: .seconds(90 * 86_400)),
            // AM-REC: refresh and repeat upon 401; nothing forbids to be early, and the vendor's own library is
            // (amocrm-api-php). Half of the idle expiry.
            refreshPolicy: .ahead, keepAlive: .seconds(45 * 86_400),
            // AM-STEP: "can be exchanged only once"; no grace is documented. One careful retry tells: 200, or 401
            // "Token has been revoked".
            refreshTokens: RefreshTokenBehaviour(rotation: .always, retryAfterLostAnswer: true),
            // AM-REC: 7 requests a second, 429, then 403 on every request. No bucket is documented, so requests are spread
            // evenly, and 4 % more slowly, since what leaves here evenly arrives with some jitter: as much as 40 ms.
            rateLimit: RateLimit(amount: 7, interval: .milliseconds(1040), burst: 1, scope: .sourceAddress),
            secretReplacement: .operator(
                OperatorInstructions(
                    title: "Make a new secret key for the integration in \(displayName)",
                    // AM-STEP: the key is renewed in the integration's window, in the account it was made in.
                    steps: [
                        "Sign in to the account in which the integration was made, as an administrator.",
                        "Open \(market) and there the integration's own window.",
                        "On the tab \(keysTab), have the secret key made anew.",
                        "Copy the new secret key. The old one is taken to end with this click.",
                    ],
                    link: link,
                    // …/content/oauth/exchange-api-key: samples of 64 letters and digits.
                    secretPattern: "[A-Za-z0-9]{32,128}")),
            // By status and hint, as others observed them; see ErrorAnswer.byAmocrm.
            secretProbe: .authorizationCode,
            // …/content/crm_platform/error-codes: 401 with code 110.
            tokenProbe: .api(path: "/api/v4/account"),
            // AM-OAUTH: the access token is a JWT that holds the account's id; no key to check it with was found.
            accountLookup: .tokenClaim("account_id"),
            // AM-REC: the same seven are those of all requests, so they are counted together.
            apiRateLimits: [RateLimit(amount: 7, interval: .milliseconds(1040), burst: 1, scope: .sourceAddress)],
            // AM-STEP: "signature" of the notice; …/content/oauth/disposable-tokens: HS256 with the client secret;
            // …/content/digital_pipeline/salesbot: "signed with the client's secret key".
            secretFacts: SecretFacts(
                alsoSigns:
                    "the notice that an integration was removed, and the one-time tokens (JWT) of widgets and bots"),
            webhooks: [
                // AM-STEP: hex HMAC-SHA256 over "{client_uuid}|{account_id}", in the query of a GET.
                WebhookProof(
                    "removal", .hmacSHA256, signs: .clientAndAccount, in: .query, "signature", key: .clientSecret,
                    account: "account_id"),
                // …/content/chats/chat-webhooks: HMAC-SHA1 of the body alone, with the channel's own secret.
                WebhookProof("chats", .hmacSHA1, signs: .body, in: .header, "X-Signature", key: .ownSecret),
                // …/content/oauth/disposable-tokens: HS256; the header is that of `$authorizedAjax` (amocrm-api-php, README).
                WebhookProof(
                    "widget", .jwtHS256, in: .header, "X-Auth-Token", key: .clientSecret, account: "account_id",
                    client: "client_uuid"),
                // …/content/digital_pipeline/salesbot, widget_request: `token` in the JSON body beside what it does not cover;
                // iss, aud, iat, nbf, exp and account_id, no jti. HS512, client_uuid, and an `aud` that is the called address:
                // amocrm-api-php, parseBotDisposableToken.
                WebhookProof(
                    "bot", .jwtHS512, in: .json, "token", key: .clientSecret, account: "account_id",
                    client: "client_uuid", reusable: true),
            ])
    }
}
