// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedAmoCRM {
    /// `POST /oauth2/access_token` on the account's host
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step).
    func issueTokens(_ fields: Fields, at account: Account) -> Reply {
        let now = configuration.now()
        do throws(TokenRefusal) {
            let request = try TokenRequest(fields)
            let pair = try ledger.withLock { ledger throws(TokenRefusal) in
                let grant = try ledger.redeem(request, at: account, now: now)
                let pair = makePair(for: grant, now: now)
                ledger.issue(
                    pair, for: grant, accessUntil: now.adding(configuration.lifetimes.accessToken),
                    refreshUntil: now.adding(configuration.lifetimes.refreshToken))
                return pair
            }
            return .json(pair)
        } catch {
            return .problem(
                error.status, type: TokenRefusal.type, title: error.title, detail: error.detail, hint: error.hint)
        }
    }

    private func makePair(for grant: Ledger.Grant, now: Date) -> IssuedPair {
        let lifetime = Int(configuration.lifetimes.accessToken.components.seconds)
        let issued = Int(now.timeIntervalSince1970)
        let claims = AccessTokenSigner.Claims(
            aud: grant.clientID, jti: OpaqueText.hex(byteCount: 40), iat: issued, nbf: issued, exp: issued + lifetime,
            sub: String(1_000_000 + grant.number), accountID: grant.account.id, baseDomain: origin.base,
            apiDomain: origin.shard)
        return IssuedPair(
            expiresIn: lifetime, accessToken: signer.sign(claims), refreshToken: OpaqueText.refreshToken(),
            serverTime: configuration.includesServerTime ? issued : nil)
    }

    /// `GET /api/v4/account` with a bearer token
    /// (https://www.amocrm.ru/developers/content/crm_platform/account-info; the members beyond the first few are left out).
    func showAccount(_ request: ParsedRequest, at account: Account) -> Reply {
        struct Body: Encodable {
            let id: Int
            let name: String
            let subdomain: String
            let createdAt: Int
            let currentUserId: Int
            let country: String
            let currency: String
        }
        let grant = request.bearerToken.flatMap { token in
            ledger.withLock { $0.grant(accessToken: token, now: configuration.now()) }
        }
        // A token of another account is as good as none (assumed).
        guard let grant, grant.account == account else { return Self.unauthorized }
        let body = Body(
            id: account.id, name: account.name.capitalized, subdomain: account.name, createdAt: 1_577_836_800,
            currentUserId: 1_000_000 + grant.number, country: "RU", currency: "RUB")
        return .json(body, contentType: "application/hal+json")
    }

    /// `GET /oauth2/account/current/subdomain` on the shard named in `api_domain`, header `X-Refresh-Token`
    /// (https://www.amocrm.ru/developers/content/oauth/account-subdomain-info).
    ///
    /// That it does not spend the token is assumed from amocrm-api-php, which refreshes with it right after.
    func showSubdomain(_ request: ParsedRequest) -> Reply {
        struct Body: Encodable {
            let id: Int
            let subdomain: String
            let domain: String
            let topLevelDomain: String
        }
        let grant = request.header("x-refresh-token").flatMap { token in
            ledger.withLock { $0.grant(refreshToken: token, now: configuration.now()) }
        }
        guard let account = grant?.account else { return Self.unauthorized }
        let body = Body(
            id: account.id, subdomain: account.name, domain: origin.host(of: account), topLevelDomain: "localhost")
        return .json(body)
    }

    /// 401 of the API: members as observed in https://github.com/UsefulWeb/AmoCRM/issues/39.
    private static var unauthorized: Reply {
        .problem(401, title: "Unauthorized", detail: "Неверный логин или пароль")
    }
}
