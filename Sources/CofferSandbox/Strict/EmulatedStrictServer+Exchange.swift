// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedStrictServer {
    private static let accessTokenType = "urn:ietf:params:oauth:token-type:access_token"

    /// Another token for one that is alive (RFC 8693 §2): of the same or a narrower scope, for one audience, and without a
    /// refresh token (§2.2.1).
    func exchangeToken(
        _ body: Fields, _ caller: Caller, _ key: String?, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Answer {
        guard let subject = body["subject_token"], body["subject_token_type"] == Self.accessTokenType else {
            throw .request("An access token is exchanged, and its type is stated.")
        }
        guard body["requested_token_type"].map({ $0 == Self.accessTokenType }) ?? true else {
            throw .request("Only access tokens are given.")
        }
        guard body["actor_token"] == nil else { throw .request("Nobody acts for another here.") }
        let target = try audience(body)
        let (pair, grant, scope) = try service.ledger.withLock { ledger throws(StrictRefusal) in
            guard let entry = ledger.accessTokens[subject], !entry.isDead(terms.now), !entry.isExpired(terms.now),
                entry.grant.clientID == caller.clientID
            else { throw .request("The subject token is dead or another client's (RFC 8693 section 2.2.2).") }
            let scope = try checkedScope(body["scope"], within: entry.conditions.scope)
            let pair = IssuedPair(
                accessToken: OpaqueText.hex(byteCount: 32), refreshToken: "",
                // No longer than what it was exchanged for.
                accessUntil: min(entry.expiresAt, terms.now.adding(terms.lifetimes.accessToken)),
                refreshUntil: terms.now)
            let conditions = Conditions(
                scope: scope, keyThumbprint: key, audience: target ?? entry.conditions.audience)
            ledger.issue(pair, for: entry.grant, conditions: conditions)
            return (pair, entry.grant, scope)
        }
        var answer = answer(pair, grant, scope, key, nonce: nil, terms, in: service)
        answer.idToken = nil
        answer.issuedTokenType = Self.accessTokenType
        return answer
    }
}
