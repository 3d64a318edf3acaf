// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

extension GrantServer {
    /// Consents at once, as a person would, and sends the browser back.
    func authorize(_ state: inout State, _ fields: [String: String]) -> Reply {
        var request = fields
        if let uri = fields["request_uri"] {
            // RFC 9126 §4: the client, and nothing else, stands beside it; it is used once.
            guard fields["client_id"] == Self.clientID, Set(fields.keys) == ["client_id", "request_uri"],
                let pending = state.pushed[uri], !pending.isUsed
            else { return .error("invalid_request_uri") }
            state.pushed[uri]?.isUsed = true
            request = pending.fields
        } else if state.habits.requiresPush {
            return .error("invalid_request")
        }
        guard request["client_id"] == Self.clientID, let redirect = request["redirect_uri"] else {
            return .error("invalid_request")
        }
        let code = state.next("code")
        state.codes[code] = Pending(fields: request)
        var location = "\(redirect)?code=\(code)&iss=\(Form.escaped(issuer))"
        if let text = request["state"] { location += "&state=\(Form.escaped(text))" }
        return Reply(302, "", location: location)
    }

    /// Takes an authorization request beforehand (RFC 9126 §2.1).
    func push(_ state: inout State, _ request: Request) -> Reply {
        guard isClient(request) else { return .error("invalid_client", 401) }
        guard request.fields["request_uri"] == nil, request.fields["redirect_uri"] != nil else {
            return .error("invalid_request")
        }
        let uri = "urn:ietf:params:oauth:request_uri:" + state.next("request")
        state.pushed[uri] = Pending(fields: request.fields)
        return Reply(201, #"{"request_uri":"\#(uri)","expires_in":60}"#)
    }

    func code(_ state: inout State, _ fields: [String: String]) -> Reply {
        guard let code = fields["code"], let pending = state.codes[code], !pending.isUsed,
            pending.fields["redirect_uri"] == fields["redirect_uri"],
            let verifier = fields["code_verifier"], pending.fields["code_challenge"] == Self.challenge(verifier)
        else { return .error("invalid_grant") }
        state.codes[code]?.isUsed = true
        state.count += 1
        var rights = Rights(scope: Form.words(pending.fields["scope"] ?? Self.scope), family: state.count)
        let whole = rights
        rights.audience = target(fields)
        let identity =
            rights.scope.contains("openid")
            ? idToken(state.habits.idTokenNonce ?? pending.fields["nonce"] ?? "", state.habits.idTokenClaims) : ""
        return issued(&state, rights, refresh: whole, extra: identity)
    }

    /// An ID token whose signature nobody can check, as it comes over TLS (OpenID Connect Core §3.1.3.7).
    private func idToken(_ nonce: String, _ changes: [String: String]) -> String {
        var members = [
            "iss": #""\#(issuer)""#, "sub": #""alice""#, "aud": #""\#(Self.clientID)""#, "iat": "1",
            "exp": "4102444800",
        ]
        if !nonce.isEmpty { members["nonce"] = #""\#(nonce)""# }
        let all = members.merging(changes) { $1 }.filter { !$0.value.isEmpty }
        let claims = "{\(all.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ","))}"
        return #","id_token":"\#(Form.base64url(#"{"alg":"none"}"#)).\#(Form.base64url(claims)).c2ln""#
    }

    private static func challenge(_ verifier: String) -> String {
        Form.urlSafe(Data(SHA256.hash(data: Data(verifier.utf8))).base64EncodedString())
    }
}
