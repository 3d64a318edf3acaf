// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

extension EmulatedStrictServer {
    /// An authorization request that was left beforehand (RFC 9126).
    struct PushedRequest: Sendable {
        let clientID: String
        let fields: Fields
        let expiresAt: Date
    }

    /// An authorization request that may be asked about.
    private struct Asked {
        let integration: Integration
        let redirectURI: String
        let state: String?
        let conditions: Conditions
    }

    /// The scopes there are.
    static let scopes: Set<String> = ["openid", "profile", "offline_access", "read", "write"]
    /// 60 s: RFC 9126 §2.2 suggests 5 to 600.
    private static let pushedLifetime = Duration.seconds(60)

    /// `GET /authorize` (RFC 6749 §4.1.1) and `GET /device` (RFC 8628 §3.3).
    func askConsent(
        _ request: ParsedRequest, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Reply {
        let isDevice = request.path == "/device"
        var hidden = request.query.pairs.map { HTML.hidden($0.name, $0.value) }.joined(separator: "\n")
        if isDevice {
            hidden = """
                <p><label>Code <input name="user_code" value="\(HTML.escaped(request.query["user_code"] ?? ""))" required>
                </label></p>
                """
        } else {
            _ = try asked(request.query, terms, in: service)
        }
        let choices = service.accounts.map { account in
            let name = HTML.escaped(account.name)
            return "<p><label><input type=\"radio\" name=\"account\" value=\"\(name)\" required> \(name)</label></p>"
        }
        let body = """
            <form method="post" action="\(isDevice ? "/device" : "/authorize")">
            \(hidden)
            \(choices.joined(separator: "\n"))
            <p><button name="decision" value="allow">Allow</button>
            <button name="decision" value="deny" formnovalidate>Refuse</button></p>
            </form>
            """
        return .html(HTML.page(title: "Access to your account", body: body))
    }

    /// What the page's form sends: the request again, the account and the decision.
    func decideConsent(
        _ request: ParsedRequest, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Reply {
        guard request.path == "/authorize" else { return try decideDevice(request, terms, in: service) }
        let names: Set<String> = ["account", "decision"]
        let fields = Fields(pairs: request.body.pairs.filter { !names.contains($0.name) })
        let asked = try asked(fields, terms, in: service)
        if let uri = fields["request_uri"] { state.withLock { _ = $0.pushed.removeValue(forKey: uri) } }
        // RFC 9207 §2: in errors as well.
        let common = (asked.state.map { [("state", $0)] } ?? []) + [("iss", issuer(service))]
        func back(_ fields: [(String, String)]) -> Reply {
            .redirect(to: Fields.address(asked.redirectURI, with: fields + common))
        }
        guard request.body["decision"] == "allow",
            let account = request.body["account"].flatMap(service.account(named:))
        else { return back([("error", "access_denied")]) }
        let code = OpaqueText.hex(byteCount: 32)
        service.ledger.withLock {
            $0.grant(
                code: code, clientID: asked.integration.clientID, account: account,
                expiresAt: terms.now.adding(terms.lifetimes.authorizationCode), conditions: asked.conditions)
        }
        return back([("code", code)])
    }

    /// `POST /par` (RFC 9126 §2).
    func push(_ request: ParsedRequest, _ terms: Terms, in service: SandboxService) throws(StrictRefusal) -> Reply {
        struct Body: Encodable {
            let requestUri: String
            let expiresIn: Int
        }
        let caller = try authenticate(request, terms, in: service)
        guard request.body["request_uri"] == nil else { throw .request("A pushed request is no reference itself.") }
        let secret: Set<String> = ["client_secret", "client_assertion", "client_assertion_type"]
        var pairs = request.body.pairs.filter { !secret.contains($0.name) }
        if !pairs.contains(where: { $0.name == "client_id" }) { pairs.append(("client_id", caller.clientID)) }
        let fields = Fields(pairs: pairs)
        _ = try asked(fields, terms, in: service)
        let uri = "urn:ietf:params:oauth:request_uri:\(OpaqueText.hex(byteCount: 16))"
        let left = PushedRequest(
            clientID: caller.clientID, fields: fields, expiresAt: terms.now.adding(Self.pushedLifetime))
        state.withLock { $0.pushed[uri] = left }
        return .json(
            Body(requestUri: uri, expiresIn: Int(Self.pushedLifetime.components.seconds)), status: 201)
    }

    /// Checks an authorization request; what is wrong is told on a page, as this server sends nobody on with an error.
    private func asked(
        _ fields: Fields, _ terms: Terms, in service: SandboxService
    ) throws(StrictRefusal) -> Asked {
        var fields = fields
        if let uri = fields["request_uri"] {
            guard let left = state.withLock({ $0.pushed[uri] }), terms.now < left.expiresAt,
                left.clientID == fields["client_id"]
            else { throw .request("There is no such pushed request, or it is another client's.") }
            fields = left.fields
        }
        guard let integration = service.integration(fields["client_id"]) else {
            throw .request("There is no such client.")
        }
        guard let redirectURI = fields["redirect_uri"], facts(of: integration).accepts(redirectURI) else {
            throw .request("The redirect URI is not the registered one (RFC 9700 section 2.1).")
        }
        guard fields["response_type"] == "code" else {
            throw StrictRefusal("unsupported_response_type", "Only codes are given.")
        }
        // RFC 9700 §2.1.1: PKCE for all; RFC 7636 §4.2: 43 characters of base64url.
        guard let challenge = fields["code_challenge"], challenge.count == 43,
            fields["code_challenge_method"] == "S256"
        else { throw .request("PKCE with S256 is needed (RFC 9700 section 2.1.1).") }
        let conditions = Conditions(
            scope: try checkedScope(fields["scope"]), redirectURI: redirectURI, challenge: challenge,
            nonce: fields["nonce"], keyThumbprint: fields["dpop_jkt"], audience: try audience(fields))
        return Asked(
            integration: integration, redirectURI: redirectURI, state: fields["state"], conditions: conditions)
    }

    /// The scope that is asked for, `read` if none is.
    func checkedScope(_ text: String?, within granted: String? = nil) throws(StrictRefusal) -> String {
        let words = (text ?? granted ?? "read").split(separator: " ").map(String.init)
        let allowed = granted.map { Set($0.split(separator: " ").map(String.init)) } ?? Self.scopes
        guard words.allSatisfy(allowed.contains), !words.isEmpty else {
            throw StrictRefusal("invalid_scope", "There is no such scope, or it was not granted.")
        }
        return words.joined(separator: " ")
    }

    /// Whom the token is for: one absolute URI without a fragment (RFC 8707 §2).
    func audience(_ fields: Fields) throws(StrictRefusal) -> String? {
        guard let resource = fields["resource"] else { return fields["audience"] }
        let parts = URLComponents(string: resource)
        guard let scheme = parts?.scheme, !scheme.isEmpty, parts?.fragment == nil else {
            throw StrictRefusal("invalid_target", "A resource is an absolute URI (RFC 8707 section 2).")
        }
        return resource
    }
}
