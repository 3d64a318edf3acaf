// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedAmoCRM {
    /// `POST /oauth2/access_token` on the account's host
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step).
    func issueTokens(_ fields: Fields, at account: Account, _ terms: Terms, in service: SandboxService) -> Reply {
        do throws(AmoCRMRefusal) {
            let request = try AmoCRMTokenRequest(fields)
            let pair = try service.ledger.withLock { ledger throws(AmoCRMRefusal) in
                try redeem(request, at: account, terms, from: &ledger, in: service)
            }
            let isDated = service.configuration.includesServerTime
            return .json(
                AmoCRMTokenAnswer(
                    expiresIn: pair.lifetimeSeconds(at: terms.now), accessToken: pair.accessToken,
                    refreshToken: pair.refreshToken,
                    serverTime: isDated ? Int(terms.statedNow.timeIntervalSince1970) : nil))
        } catch {
            return .problem(
                error.status, type: AmoCRMRefusal.type, title: error.title, detail: error.detail, hint: error.hint)
        }
    }

    /// Checks a token request and spends what it offers.
    ///
    /// The client comes first, then the redirect URI, then the grant: a made-up code with the right secret answers 400
    /// with a hint, with the wrong one 401 without (observed).
    private func redeem(
        _ request: AmoCRMTokenRequest, at account: Account, _ terms: Terms, from ledger: inout Ledger,
        in service: SandboxService
    ) throws(AmoCRMRefusal) -> IssuedPair {
        let integration = ledger.integration(request.clientID)
        guard let integration, integration.clientSecret == request.clientSecret else { throw .wrongClient }
        guard integration.redirectURI == request.redirectURI else { throw .redirectMismatch }
        switch request.offer {
        case .code(let code):
            guard let entry = ledger.codes[code] else { throw .codeUnreadable }
            guard entry.grant.clientID == integration.clientID else { throw .codeNotLinked }
            guard entry.grant.accountID == account.id else { throw .wrongAccount }
            guard !entry.isDead(terms.now) else { throw .codeRevoked }
            guard !entry.isExpired(terms.now) else { throw .codeExpired }
            ledger.spend(code: code)
            let pair = newPair(for: entry.grant, terms, in: service)
            ledger.issue(pair, for: entry.grant)
            return pair
        case .refreshToken(let token):
            guard let entry = ledger.refreshTokens[token] else { throw .refreshTokenUnreadable }
            guard entry.grant.clientID == integration.clientID else { throw .refreshTokenNotLinked }
            guard entry.grant.accountID == account.id else { throw .wrongAccount }
            guard !entry.isExpired(terms.now) else { throw .refreshTokenExpired }
            // One use and no grace period, unless a fault says so. That amoCRM ends the old access token too is assumed.
            guard !entry.isDead(terms.now),
                let pair = ledger.renew(token, terms, { newPair(for: $0, terms, in: service) })
            else { throw .refreshTokenRevoked }
            return pair
        }
    }

    /// A JWT and an opaque refresh token, in the shapes of the vendor's.
    func newPair(for grant: Ledger.Grant, _ terms: Terms, in service: SandboxService) -> IssuedPair {
        let lifetime = Int(terms.lifetimes.accessToken.components.seconds)
        let issued = Int(terms.statedNow.timeIntervalSince1970)
        let claims = AmoCRMClaims(
            aud: grant.clientID, jti: OpaqueText.hex(byteCount: 40), iat: issued, nbf: issued, exp: issued + lifetime,
            sub: String(1_000_000 + grant.number), accountID: grant.accountID, baseDomain: service.origin.base,
            apiDomain: terms.shard)
        return IssuedPair(
            accessToken: service.signer.sign(claims, tokenID: claims.jti), refreshToken: OpaqueText.refreshToken(),
            accessUntil: terms.now.adding(terms.lifetimes.accessToken),
            refreshUntil: terms.now.adding(terms.lifetimes.refreshToken))
    }

    /// `GET /api/v4/account` with a bearer token
    /// (https://www.amocrm.ru/developers/content/crm_platform/account-info; the members beyond the first few are left out).
    func showAccount(_ request: ParsedRequest, at account: Account, in service: SandboxService) -> Reply {
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
            service.ledger.withLock { ledger in
                ledger.noteUse(ofAccessToken: token)
                return ledger.grant(accessToken: token, now: service.configuration.now())
            }
        }
        // A token of another account is as good as none (assumed).
        guard let grant, grant.accountID == account.id else { return Self.unauthorized }
        let body = Body(
            id: account.id, name: account.name.capitalized, subdomain: account.name, createdAt: 1_577_836_800,
            currentUserId: 1_000_000 + grant.number, country: "RU", currency: "RUB")
        return .json(body, contentType: "application/hal+json")
    }

    /// `GET /oauth2/account/current/subdomain` on the shard named in `api_domain`, header `X-Refresh-Token`
    /// (https://www.amocrm.ru/developers/content/oauth/account-subdomain-info).
    ///
    /// That it does not spend the token is assumed from amocrm-api-php, which refreshes with it right after.
    func showSubdomain(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) -> Reply {
        struct Body: Encodable {
            let id: Int
            let subdomain: String
            let domain: String
            let topLevelDomain: String
        }
        let account = request.header("x-refresh-token").flatMap { token in
            service.ledger.withLock { ledger in
                ledger.grant(refreshToken: token, now: service.configuration.now()).flatMap { ledger.account(of: $0) }
            }
        }
        guard let account else { return Self.unauthorized }
        let body = Body(
            id: account.id, subdomain: account.name, domain: terms.host(of: account), topLevelDomain: "localhost")
        return .json(body)
    }

    /// 401 of the API: members as observed in https://github.com/UsefulWeb/AmoCRM/issues/39.
    private static var unauthorized: Reply {
        .problem(401, title: "Unauthorized", detail: "Неверный логин или пароль")
    }
}
