// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedBitrix24 {
    /// The success answer (settings/oauth/index; settings/oauth/auto-renewal has `expires` and `user_id`).
    ///
    /// There is no `token_type`. `domain` is the authorization server here, and the portal in the callback.
    private struct Answer: Encodable {
        let accessToken: String
        let clientEndpoint: String
        let domain: String
        let expires: Int
        let expiresIn: Int
        let memberId: String
        let refreshToken: String
        let scope = EmulatedBitrix24.scope
        let serverEndpoint: String
        /// A local application.
        let status = "L"
        let userId: Int
    }

    /// `/oauth/token/` of the authorization server.
    ///
    /// The client comes first: `wrong_client` with 200 for an unknown id, `invalid_client` with 400 for a wrong secret, as
    /// github.com/bitrix24/b24pysdk tests them against the live server (tests/integration/errors/test_errors_oauth.py).
    func issueTokens(_ fields: Fields, _ terms: Terms, in service: SandboxService) -> Reply {
        guard let integration = service.integration(fields["client_id"]) else {
            // settings/oauth/error-codes: an application that is not installed is told as a wrong secret is; that one that was
            // deleted counts as such is assumed.
            let wasDeleted = service.ledger.withLock { $0.formerClientIDs.contains(fields["client_id"] ?? "") }
            return wasDeleted
                ? Self.refusal(400, "invalid_client", "Client authentication failed")
                : Self.refusal(200, "wrong_client", "Wrong client")
        }
        guard integration.clientSecret == fields["client_secret"] else {
            return Self.refusal(400, "invalid_client", "Client authentication failed")
        }
        let isRefresh = fields["grant_type"] == "refresh_token"
        guard isRefresh || fields["grant_type"] == "authorization_code" else {
            return Self.refusal(400, "invalid_request", "Invalid grant_type parameter or parameter missing")
        }
        let name = isRefresh ? "refresh_token" : "code"
        guard let offer = fields[name], !offer.isEmpty else {
            return Self.refusal(400, "invalid_request", "No \"\(name)\" parameter found")
        }
        let issued = service.ledger.withLock { ledger -> (IssuedPair, Ledger.Grant)? in
            let entry = isRefresh ? ledger.refreshTokens[offer] : ledger.codes[offer]
            guard let entry, entry.grant.clientID == integration.clientID, !entry.isDead(terms.now),
                !entry.isExpired(terms.now)
            else { return nil }
            if isRefresh {
                return ledger.renew(offer, terms, { _ in newPair(terms) }).map { ($0, entry.grant) }
            }
            ledger.spend(code: offer)
            let pair = newPair(terms)
            ledger.issue(pair, for: entry.grant)
            return (pair, entry.grant)
        }
        guard let (pair, grant) = issued, let account = service.ledger.withLock({ $0.account(of: grant) }) else {
            // Seen without a description (b24pysdk/errors/oauth.py).
            return .json(["error": "invalid_grant"], status: 400)
        }
        let stated = terms.statedNow.timeIntervalSince(terms.now)
        return .json(
            Answer(
                accessToken: pair.accessToken, clientEndpoint: "https://\(terms.host(of: account))/rest/",
                domain: service.origin.base,
                expires: Int(pair.accessUntil.timeIntervalSince1970 + stated),
                expiresIn: pair.lifetimeSeconds(at: terms.now), memberId: Self.memberID(of: account),
                refreshToken: pair.refreshToken, serverEndpoint: "https://\(service.origin.base)/rest/",
                userId: grant.number))
    }

    func newPair(for grant: Ledger.Grant, _ terms: Terms, in service: SandboxService) -> IssuedPair { newPair(terms) }

    /// The portal's `member_id`, which survives a rename.
    func accountID(of account: Account) -> String { Self.memberID(of: account) }

    /// About 70 hex digits each, as observed.
    private func newPair(_ terms: Terms) -> IssuedPair {
        IssuedPair(
            accessToken: OpaqueText.hex(byteCount: 35), refreshToken: OpaqueText.hex(byteCount: 35),
            accessUntil: terms.now.adding(terms.lifetimes.accessToken),
            refreshUntil: terms.now.adding(terms.lifetimes.refreshToken))
    }

    /// `app.info` at the authorization server, which is the trusted check of a token (settings/oauth/simple-way), and
    /// `profile` of a portal; the token is the parameter `auth`.
    func showApp(
        _ request: ParsedRequest, _ portal: Account?, _ terms: Terms, in service: SandboxService
    ) -> Reply {
        struct Result: Encodable {
            let memberId: String
            let clientId: String
            let status = "L"
            let scope: [String]
            let userId: Int
            let clientEndpoint: String
        }
        struct Time: Encodable {
            let operating = 0.01
            let operatingResetAt: Int
        }
        struct Body: Encodable {
            let result: Result
            let time: Time
        }
        guard let token = request.fields["auth"] ?? request.query["auth"] else {
            return Self.refusal(401, "NO_AUTH_FOUND", "Wrong authorization data")
        }
        let found = service.ledger.withLock { ledger in
            ledger.noteUse(ofAccessToken: token)
            return ledger.accessTokens[token].flatMap { entry in
                ledger.account(of: entry.grant).map { (entry, $0) }
            }
        }
        guard let (entry, account) = found, !entry.isDead(terms.now), portal.map({ $0.id == account.id }) ?? true else {
            return Self.refusal(401, "NO_AUTH_FOUND", "Wrong authorization data")
        }
        guard !entry.isExpired(terms.now) else {
            return Self.refusal(401, "expired_token", "The access token provided has expired.")
        }
        return .json(
            Body(
                result: Result(
                    memberId: Self.memberID(of: account), clientId: entry.grant.clientID,
                    scope: Self.scope.split(separator: ",").map(String.init), userId: entry.grant.number,
                    clientEndpoint: "https://\(terms.host(of: account))/rest/"),
                time: Time(operatingResetAt: Int(terms.statedNow.timeIntervalSince1970) + 600)))
    }
}
