// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedStrictServer {
    /// What introspection says (RFC 7662 §2.2).
    private struct Inspection: Encodable {
        struct Confirmation: Encodable {
            let jkt: String
        }

        var active = false
        var scope: String?
        var clientId: String?
        var sub: String?
        var exp: Int?
        var aud: String?
        var iss: String?
        var tokenType: String?
        var cnf: Confirmation?
    }

    /// `POST /introspect` (RFC 7662): about a client's own tokens; of any other it says that it is none.
    func introspect(
        _ request: ParsedRequest, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Reply {
        let caller = try authenticate(request, terms, in: service)
        guard let token = request.body["token"] else { throw .request("No token is given.") }
        let base = issuer(service)
        let inspection = service.ledger.withLock { ledger in
            let access = ledger.accessTokens[token]
            guard let entry = access ?? ledger.refreshTokens[token], entry.grant.clientID == caller.clientID,
                !entry.isDead(terms.now), !entry.isExpired(terms.now)
            else { return Inspection() }
            let conditions = entry.conditions
            return Inspection(
                active: true, scope: conditions.scope, clientId: entry.grant.clientID,
                sub: ledger.account(of: entry.grant).map { String($0.id) } ?? entry.grant.clientID,
                exp: Int(entry.expiresAt.timeIntervalSince(terms.now) + terms.statedNow.timeIntervalSince1970),
                aud: conditions.audience, iss: base,
                tokenType: access == nil ? nil : conditions.keyThumbprint == nil ? "Bearer" : "DPoP",
                cnf: conditions.keyThumbprint.map(Inspection.Confirmation.init))
        }
        return .json(inspection)
    }

    /// `POST /revoke` (RFC 7009): a refresh token ends its grant, an access token only itself.
    func revoke(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) throws(StrictRefusal) -> Reply {
        let caller = try authenticate(request, terms, in: service)
        guard let token = request.body["token"] else { throw .request("No token is given.") }
        try service.ledger.withLock { ledger throws(StrictRefusal) in
            let refresh = ledger.refreshTokens[token]
            guard let entry = refresh ?? ledger.accessTokens[token] else { return }
            guard entry.grant.clientID == caller.clientID else {
                throw .grant("The token is another client's (RFC 7009 section 2.1).")
            }
            if refresh == nil {
                ledger.revoke(accessToken: token)
            } else {
                ledger.revokeGrants { $0 == entry.grant }
            }
        }
        return Reply(status: 200, contentType: "application/json", body: Data())
    }

    /// `GET /userinfo` (OpenID Connect Core §5.3), with a bearer token, or a bound one and its proof (RFC 9449 §7).
    func showUser(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) throws(StrictRefusal) -> Reply {
        struct Body: Encodable {
            let sub: String
            let preferredUsername: String
        }
        let words = request.header("authorization")?.split(separator: " ", maxSplits: 1).map(String.init) ?? []
        let scheme = words.first?.lowercased()
        guard words.count == 2, scheme == "bearer" || scheme == "dpop" else {
            throw StrictRefusal(
                "invalid_token", "No token is given.", status: 401, headers: [("WWW-Authenticate", "Bearer, DPoP")])
        }
        let challenge = scheme == "dpop" ? "DPoP" : "Bearer"
        let refused = StrictRefusal(
            "invalid_token", "The token is dead, or not presented as it must be.", status: 401,
            headers: [("WWW-Authenticate", "\(challenge) error=\"invalid_token\"")])
        let key = scheme == "dpop" ? try provenKey(request, terms, accessToken: words[1], in: service) : nil
        let account = service.ledger.withLock { ledger -> Account? in
            guard let entry = ledger.accessTokens[words[1]], !entry.isDead(terms.now), !entry.isExpired(terms.now),
                entry.conditions.keyThumbprint == key
            else { return nil }
            ledger.noteUse(ofAccessToken: words[1])
            return ledger.account(of: entry.grant)
        }
        guard let account else { throw refused }
        var reply = Reply.json(Body(sub: String(account.id), preferredUsername: account.name))
        if key != nil { reply.headers.append(("DPoP-Nonce", presentNonce(.api, terms))) }
        return reply
    }
}
