// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedStrictServer {
    /// Who asks, proven.
    struct Caller: Sendable {
        let clientID: String
        let facts: StrictClient
    }

    private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// What is known of a client; one of the configuration's is a native app that may use Basic or post.
    func facts(of integration: Integration) -> StrictClient {
        state.withLock { $0.clients[integration.clientID] }
            ?? StrictClient(
                method: nil, redirectURIs: [integration.redirectURI, "http://127.0.0.1/*", "http://[::1]/*"])
    }

    /// Proves who asks (RFC 6749 §2.3, RFC 7523 §2.2), by exactly one method.
    func authenticate(
        _ request: ParsedRequest, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Caller {
        try checkForm(request)
        let body = request.body
        let basic = request.basicCredentials
        let methods = [basic != nil, body["client_secret"] != nil, body["client_assertion"] != nil].count { $0 }
        guard methods <= 1 else { throw .request("One way to authenticate, and no more (RFC 6749 section 2.3).") }
        guard let clientID = basic?.clientID ?? body["client_id"] ?? assertedID(body) else {
            throw .client("No client is named.", usedBasic: basic != nil)
        }
        if let named = body["client_id"], named != clientID { throw .request("Two clients are named.") }
        guard let integration = service.integration(clientID) else {
            throw .client("There is no such client.", usedBasic: basic != nil)
        }
        let facts = facts(of: integration)
        let used: String
        if let secret = basic?.secret ?? body["client_secret"] {
            used = basic == nil ? "client_secret_post" : "client_secret_basic"
            guard !facts.isPublic, !secret.isEmpty, accepts(secret, of: integration) else {
                throw .client("The client's secret is wrong.", usedBasic: basic != nil)
            }
        } else if let assertion = body["client_assertion"] {
            used = "private_key_jwt"
            try check(assertion, type: body["client_assertion_type"], of: clientID, facts, terms, in: service)
        } else {
            used = "none"
            guard facts.isPublic else { throw .client("The client does not authenticate.", usedBasic: false) }
        }
        guard facts.method.map({ $0 == used }) ?? (used != "private_key_jwt") else {
            throw .client("The client is registered for another method.", usedBasic: basic != nil)
        }
        return Caller(clientID: clientID, facts: facts)
    }

    /// RFC 6749 §3.2: a form, nothing in the query, no parameter twice.
    private func checkForm(_ request: ParsedRequest) throws(StrictRefusal) {
        let type = request.header("content-type")?.lowercased() ?? ""
        guard type.hasPrefix("application/x-www-form-urlencoded") else {
            throw .request("Parameters are sent as a form (RFC 6749 section 4.1.3).")
        }
        guard request.query.pairs.isEmpty else {
            throw .request("No parameter belongs in the query (RFC 6749 section 2.3.1).")
        }
        let names = request.body.pairs.map(\.name)
        // A resource may be named more than once (RFC 8707 section 2).
        for name in names where name != "resource" && name != "audience" {
            guard names.count(where: { $0 == name }) == 1 else {
                throw .request("A parameter is sent twice (RFC 6749 section 3.2).")
            }
        }
    }

    private func assertedID(_ body: Fields) -> String? {
        body["client_assertion"].flatMap(SignedText.init)?.claims.sub
    }

    /// RFC 7523 §3, with the issuer as the only audience (draft-ietf-oauth-rfc7523bis §4).
    private func check(
        _ assertion: String, type: String?, of clientID: String, _ facts: StrictClient, _ terms: Terms,
        in service: SandboxService
    ) throws(StrictRefusal) {
        func refused(_ why: String) -> StrictRefusal { .client("The assertion \(why).", usedBasic: false) }
        guard type == Self.assertionType else { throw .request("The type of the assertion is not jwt-bearer.") }
        guard let token = SignedText(assertion) else { throw refused("is no JWT") }
        guard facts.keys.contains(where: { token.isSigned(by: $0) }) else { throw refused("is signed by no key of it") }
        guard token.claims.iss == clientID, token.claims.sub == clientID else { throw refused("is another client's") }
        guard token.claims.aud?.all == [issuer(service)] else { throw refused("is not meant for this issuer alone") }
        let now = terms.now.timeIntervalSince1970
        guard let end = token.claims.exp, end > now, end < now + 3_600 else { throw refused("has no good end") }
        guard let id = token.claims.jti, isNew("assertion \(clientID) \(id)") else { throw refused("was used before") }
    }

    /// Whether an id is seen for the first time; from now on it is not.
    func isNew(_ id: String) -> Bool { state.withLock { $0.seenIDs.insert(id).inserted } }
}
