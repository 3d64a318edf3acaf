// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Synchronization

/// The rules of Bitrix24: portals in the cloud, and the vendor's authorization server, which is the base host here.
///
/// Pages named below are those of https://apidocs.bitrix24.com.
struct EmulatedBitrix24: EmulatedProvider {
    let kind = SandboxProvider.bitrix24

    var label: String { kind.rawValue }

    /// In place of `oauth.bitrix.info` (settings/oauth/index).
    var baseLabels: [String] { ["oauth"] }

    var shardLabel: String? { nil }

    /// Each account is a portal.
    var hasAccountHosts: Bool { true }

    /// In releases of the authorization server up to 2018 tokens were signed with a key made from the app's secret; taken
    /// to be so still, which is the worse case.
    var newSecretEndsGrants: Bool { true }

    /// A local application has no other way to another secret (settings/app-uninstallation).
    var addsAnew: Bool { true }

    /// The shape of a local application's id (settings/oauth/index).
    func newClientID() -> String {
        "local.\(OpaqueText.hex(byteCount: 7)).\(Int.random(in: 10_000_000...99_999_999))"
    }

    /// 50 letters and digits, as in the samples (settings/oauth/index).
    func newClientSecret() -> String { String(OpaqueText.clientSecret().prefix(50)) }

    func endpoint(of path: String) -> Endpoint? {
        switch path {
        case "/oauth/authorize", "/oauth/authorize/": .consent
        case "/oauth/token", "/oauth/token/": .token
        case "/rest/app.info", "/rest/app.info.json", "/rest/profile", "/rest/profile.json": .account
        default: nil
        }
    }

    func authorizationURL(_ origin: Origin, account: Account) -> String {
        "https://\(origin.host(of: account))/oauth/authorize/"
    }

    /// Calls are counted by portal (limits); that token requests are counted too, together, is assumed.
    func limitedParty(of request: ParsedRequest, in service: SandboxService) -> String? {
        switch request.endpoint {
        case .account: request.place.account?.name ?? ""
        case .token: ""
        default: nil
        }
    }

    /// 503 and no `Retry-After` (_includes/system-errors).
    var limitedReply: Reply { Self.refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests") }

    /// A block by hand, which only the vendor's support ends (_includes/system-errors); here it ends by itself.
    var blockedReply: Reply { Self.refusal(503, "OVERLOAD_LIMIT", "REST API is blocked due to overload.") }

    func answer(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) -> Reply {
        switch (request.endpoint, request.place, request.method) {
        case (.consent, .account(let account), "GET"): return askConsent(request, at: account, in: service)
        case (.consent, .account(let account), "POST"): return decideConsent(request, at: account, terms, in: service)
        // Documented is GET with everything in the query; POST as a form works (github.com/bitrix24/b24jssdk issue 239).
        case (.token, .base, "GET"), (.token, .base, "POST"): return issueTokens(request.fields, terms, in: service)
        case (.account, .base, "GET"), (.account, .base, "POST"): return showApp(request, nil, terms, in: service)
        case (.account, .account(let account), "GET"), (.account, .account(let account), "POST"):
            return showApp(request, account, terms, in: service)
        case (_, .nobody, _):
            // A portal that was renamed: settings/how-to-call-rest-api/change-domen.
            let label = request.host.lowercased().prefix { $0 != "." }
            guard let account = service.ledger.withLock({ $0.account(formerly: String(label)) }) else {
                return SandboxService.nothingHere
            }
            let query =
                request.query.pairs.isEmpty ? "" : "?" + Fields.form(request.query.pairs.map { ($0.name, $0.value) })
            return .redirect(to: "https://\(terms.host(of: account))\(request.path)\(query)")
        default: return SandboxService.nothingHere
        }
    }

    /// The portal's id, 32 hex digits, which a rename leaves alone (settings/oauth/index).
    static func memberID(of account: Account) -> String {
        String(OpaqueText.hex(SHA256.hash(data: Data("member \(account.id)".utf8))).prefix(32))
    }

    /// An error, which may come with 200 (settings/oauth/error-codes).
    static func refusal(_ status: Int, _ code: String, _ description: String) -> Reply {
        .json(["error": code, "error_description": description], status: status)
    }
}
