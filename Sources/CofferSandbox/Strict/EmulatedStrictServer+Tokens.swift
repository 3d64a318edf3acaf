// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import Synchronization

extension EmulatedStrictServer {
    /// A success answer of the token endpoint (RFC 6749 §5.1).
    struct Answer: Encodable {
        let accessToken: String
        let tokenType: String
        let expiresIn: Int
        let scope: String?
        var refreshToken: String?
        var idToken: String?
        var issuedTokenType: String?
    }

    /// `POST /token`.
    func issueTokens(
        _ request: ParsedRequest, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Reply {
        let caller = try authenticate(request, terms, in: service)
        if let allowed = caller.facts.grantTypes, let asked = request.body["grant_type"], !allowed.contains(asked) {
            throw StrictRefusal("unauthorized_client", "The client is registered for other grants.")
        }
        let key = try provenKey(request, terms, accessToken: nil, in: service)
        guard key != nil || !caller.facts.mustProveKey else {
            throw StrictRefusal("invalid_dpop_proof", "This client's tokens are bound to a key (RFC 9449 section 5.2).")
        }
        let answer: Answer =
            switch request.body["grant_type"] {
            case "authorization_code": try exchange(request.body, caller, key, terms, in: service)
            case "refresh_token": try refresh(request.body, caller, key, terms, in: service)
            case "client_credentials": try clientToken(request.body, caller, key, terms, in: service)
            case "urn:ietf:params:oauth:grant-type:device_code":
                try collectDevice(request.body, caller, key, terms, in: service)
            case "urn:ietf:params:oauth:grant-type:token-exchange":
                try exchangeToken(request.body, caller, key, terms, in: service)
            case nil: throw .request("No grant_type is given.")
            default: throw StrictRefusal("unsupported_grant_type", "There is no such grant type.")
            }
        var reply = Reply.json(answer)
        if key != nil { reply.headers.append(("DPoP-Nonce", presentNonce(.tokens, terms))) }
        return reply
    }

    private func exchange(
        _ body: Fields, _ caller: Caller, _ key: String?, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Answer {
        guard let code = body["code"] else { throw .request("No code is given.") }
        let (pair, entry) = try service.ledger.withLock { ledger throws(StrictRefusal) in
            guard let entry = ledger.codes[code], entry.grant.clientID == caller.clientID else {
                throw .grant("There is no such code.")
            }
            guard !entry.isDead(terms.now) else {
                // RFC 6749 §4.1.2: what came of the code ends as well.
                ledger.revokeGrants { $0 == entry.grant }
                throw .grant("The code was used before; all that came of it is revoked.")
            }
            ledger.spend(code: code)
            guard !entry.isExpired(terms.now) else { throw .grant("The code has expired.") }
            guard body["redirect_uri"] == entry.conditions.redirectURI else {
                throw .grant("The redirect URI is not the one of the request.")
            }
            guard Self.matches(body["code_verifier"], entry.conditions.challenge) else {
                throw .grant("The verifier does not match (RFC 7636 section 4.6).")
            }
            guard entry.conditions.keyThumbprint.map({ $0 == key }) ?? true else {
                throw StrictRefusal("invalid_dpop_proof", "The code is bound to another key (RFC 9449 section 10).")
            }
            var conditions = Conditions(scope: entry.conditions.scope, keyThumbprint: key)
            conditions.audience = entry.conditions.audience
            let pair = newPair(terms)
            ledger.issue(pair, for: entry.grant, conditions: conditions)
            return (pair, entry)
        }
        return answer(
            pair, entry.grant, entry.conditions.scope, key, nonce: entry.conditions.nonce, terms, in: service)
    }

    /// RFC 6749 §6 with rotation; a refresh token that was spent ends its whole family (RFC 9700 §4.14.2).
    private func refresh(
        _ body: Fields, _ caller: Caller, _ key: String?, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Answer {
        guard let token = body["refresh_token"] else { throw .request("No refresh token is given.") }
        let (pair, grant, scope) = try service.ledger.withLock { ledger throws(StrictRefusal) in
            guard let entry = ledger.refreshTokens[token], entry.grant.clientID == caller.clientID else {
                throw .grant("There is no such refresh token.")
            }
            guard !entry.isDead(terms.now) else {
                ledger.revokeGrants { $0 == entry.grant }
                throw .grant("The refresh token was used before; the whole family is revoked.")
            }
            guard !entry.isExpired(terms.now) else { throw .grant("The refresh token has expired.") }
            // RFC 9449 §5: a public client's refresh token is bound to the key.
            if caller.facts.isPublic, let bound = entry.conditions.keyThumbprint, bound != key {
                throw StrictRefusal("invalid_dpop_proof", "The refresh token is bound to another key.")
            }
            let scope = try checkedScope(body["scope"], within: entry.conditions.scope)
            var narrowed = entry.conditions
            narrowed.scope = scope
            narrowed.keyThumbprint = key
            narrowed.audience = try audience(body) ?? entry.conditions.audience
            guard let pair = ledger.renew(token, terms, accessConditions: narrowed, { _ in newPair(terms) }) else {
                throw .grant("The refresh token was used before.")
            }
            return (pair, entry.grant, scope)
        }
        return answer(pair, grant, scope, key, nonce: nil, terms, in: service)
    }

    private func clientToken(
        _ body: Fields, _ caller: Caller, _ key: String?, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Answer {
        guard !caller.facts.isPublic else {
            throw StrictRefusal("unauthorized_client", "A public client has no tokens of its own.")
        }
        let conditions = Conditions(
            scope: try checkedScope(body["scope"]), keyThumbprint: key, audience: try audience(body))
        let pair = IssuedPair(
            accessToken: OpaqueText.hex(byteCount: 32), refreshToken: "",
            accessUntil: terms.now.adding(terms.lifetimes.accessToken), refreshUntil: terms.now)
        let grant = service.ledger.withLock { ledger in
            let grant = ledger.newGrant(clientID: caller.clientID, account: nil)
            ledger.issue(pair, for: grant, conditions: conditions)
            return grant
        }
        return answer(pair, grant, conditions.scope, key, nonce: nil, terms, in: service)
    }

    func newPair(for grant: Ledger.Grant, _ terms: Terms, in service: SandboxService) -> IssuedPair { newPair(terms) }

    /// A pair that nobody has yet.
    func newPair(_ terms: Terms) -> IssuedPair {
        IssuedPair(
            accessToken: OpaqueText.hex(byteCount: 32), refreshToken: OpaqueText.hex(byteCount: 32),
            accessUntil: terms.now.adding(terms.lifetimes.accessToken),
            refreshUntil: terms.now.adding(terms.lifetimes.refreshToken))
    }

    /// The answer with a pair in it, and an ID token where `openid` was granted (OpenID Connect Core §3.1.3.3).
    func answer(
        _ pair: IssuedPair, _ grant: Ledger.Grant, _ scope: String?, _ key: String?, nonce: String?, _ terms: Terms,
        in service: SandboxService
    ) -> Answer {
        var answer = Answer(
            accessToken: pair.accessToken, tokenType: key == nil ? "Bearer" : "DPoP",
            expiresIn: pair.lifetimeSeconds(at: terms.now), scope: scope)
        answer.refreshToken = pair.refreshToken.isEmpty ? nil : pair.refreshToken
        if scope?.split(separator: " ").contains("openid") == true,
            let account = service.ledger.withLock({ $0.account(of: grant) })
        {
            answer.idToken = service.signer.sign(
                IdentityClaims(account, grant.clientID, issuer(service), nonce, terms), keyID: Self.keyID)
        }
        return answer
    }

    /// RFC 7636 §4.6: 43 to 128 characters, and the challenge is their SHA-256.
    private static func matches(_ verifier: String?, _ challenge: String?) -> Bool {
        guard let verifier, let challenge, (43...128).contains(verifier.count) else { return false }
        return Base64URL.text(Data(SHA256.hash(data: Data(verifier.utf8)))) == challenge
    }
}
