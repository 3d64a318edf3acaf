// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The rules of amoCRM, and of Kommo, which is the same service under another name.
struct EmulatedAmoCRM: EmulatedProvider {
    let kind: SandboxProvider

    var label: String { kind.rawValue }

    /// The consent page lives on `www.amocrm.ru` (https://www.amocrm.ru/developers/content/oauth/step-by-step), and on
    /// `www.kommo.com` (https://developers.kommo.com/docs/authorization-public).
    var baseLabels: [String] { ["www"] }

    /// `api-a.amocrm.ru` is the sample of https://www.amocrm.ru/developers/content/oauth/account-subdomain-info.
    var shardLabel: String? { "api-a" }

    var hasAccountHosts: Bool { true }

    func newClientID() -> String { OpaqueText.clientID() }

    func newClientSecret() -> String { OpaqueText.clientSecret() }

    func endpoint(of path: String) -> Endpoint? {
        switch path {
        case "/oauth", "/oauth/": .consent
        case "/oauth2/access_token": .token
        case "/api/v4/account": .account
        case "/oauth2/account/current/subdomain": .subdomain
        default: nil
        }
    }

    func authorizationURL(_ origin: Origin, account: Account) -> String { "https://www.\(origin.base)/oauth" }

    /// Token and API requests are counted, per integration; consent pages belong to people.
    func limitedParty(of request: ParsedRequest, in service: SandboxService) -> String? {
        let now = service.configuration.now()
        let named: String?
        switch request.endpoint {
        case .token: named = request.body["client_id"]
        case .account:
            named = request.bearerToken.flatMap { token in
                service.ledger.withLock { $0.grant(accessToken: token, now: now)?.clientID }
            }
        case .subdomain:
            named = request.header("x-refresh-token").flatMap { token in
                service.ledger.withLock { $0.grant(refreshToken: token, now: now)?.clientID }
            }
        default: return nil
        }
        return service.integrations.first { $0.clientID == named }?.clientID ?? ""
    }

    func answer(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) -> Reply {
        switch (request.endpoint, request.place, request.method) {
        case (.token, .account(let account), "POST"):
            issueTokens(request.body, at: account, terms, in: service)
        case (.account, .account(let account), "GET"): showAccount(request, at: account, in: service)
        case (.subdomain, .shard, "GET"): showSubdomain(request, terms, in: service)
        case (.consent, .base, "GET"): askConsent(request, in: service)
        case (.consent, .base, "POST"): decideConsent(request, terms, in: service)
        default:
            // An account that was renamed or is gone answers 404 (`getAccessTokenByRefreshToken` of amocrm-api-php);
            // its body is assumed.
            .problem(404, title: "Not Found", detail: "Page not found.")
        }
    }
}
