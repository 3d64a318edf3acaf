// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Crypto
import Foundation
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct `The strict server's further protocols` {
    @Test func `a pushed request is used once, by its client, within its time`() async throws {
        let time = ManualTime()
        try await withStrict(time) { side in
            let pushed = try await side.post("/par", side.asked())
            #expect(pushed.status == 201)
            #expect(pushed.members["expires_in"] == "60")
            let uri: String = try #require(pushed.members["request_uri"])
            let form = ["client_id": side.clientID, "request_uri": uri, "account": "acme", "decision": "allow"]
            let back = try await side.client.form(side.client.base, "/authorize", form)
            #expect(try await side.exchange(try #require(back.callback["code"])).status == 200)
            #expect(try await side.client.form(side.client.base, "/authorize", form).status == 400)

            let late: String = try #require(try await side.post("/par", side.asked()).members["request_uri"])
            time.advance(by: 60)
            let refused = try await side.client.form(
                side.client.base, "/authorize", form.merging(["request_uri": late]) { $1 })
            #expect(refused.status == 400)
            #expect(try await side.post("/par", side.asked(), headers: [:]).status == 401)
        }
    }

    @Test func `a device waits, is slowed down by five seconds, and gets its tokens once`() async throws {
        let time = ManualTime()
        try await withStrict(time) { side in
            let begun = try await side.post("/device_authorization", ["scope": "read"])
            #expect(begun.members["interval"] == "5")
            let code: String = try #require(begun.members["device_code"])
            let poll = ["grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": code]
            #expect(try await side.post("/token", poll).members["error"] == "authorization_pending")
            time.advance(by: 4)
            #expect(try await side.post("/token", poll).members["error"] == "slow_down")
            time.advance(by: 9)
            #expect(try await side.post("/token", poll).members["error"] == "slow_down")
            time.advance(by: 15)
            #expect(try await side.post("/token", poll).members["error"] == "authorization_pending")
            let typed: String = try #require(begun.members["user_code"])
            let nobody = try await side.client.form(
                side.client.base, "/device", ["user_code": typed, "account": "nobody", "decision": "allow"])
            #expect(nobody.status == 400)
            let page = try await side.client.form(
                side.client.base, "/device",
                ["user_code": typed.lowercased(), "account": "acme", "decision": "allow"])
            #expect(page.status == 200)
            time.advance(by: 15)
            #expect(try await side.post("/token", poll).members["refresh_token"] != nil)
            time.advance(by: 15)
            #expect(try await side.post("/token", poll).members["error"] == "invalid_grant")
        }
    }

    @Test(arguments: [("deny", 0.0, "access_denied"), ("", 300.0, "expired_token")])
    func `a device is refused, or comes too late`(decision: String, wait: Double, error: String) async throws {
        let time = ManualTime()
        try await withStrict(time) { side in
            let begun = try await side.post("/device_authorization", [:])
            if !decision.isEmpty {
                _ = try await side.client.form(
                    side.client.base, "/device",
                    ["user_code": try #require(begun.members["user_code"]), "decision": decision])
            }
            time.advance(by: wait)
            let answer = try await side.post(
                "/token",
                [
                    "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                    "device_code": try #require(begun.members["device_code"]),
                ])
            #expect(answer.members["error"] == error)
        }
    }

    @Test func `a token is exchanged for a narrower one, for one audience, that spares the first`() async throws {
        try await withStrict { side in
            let pair = try await side.connect(scope: "read write")
            let fields = [
                "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": pair.access,
                "subject_token_type": "urn:ietf:params:oauth:token-type:access_token", "scope": "read",
                "resource": "https://api.example/",
            ]
            let answer = try await side.post("/token", fields)
            #expect(answer.members["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token")
            #expect(answer.members["scope"] == "read")
            #expect(answer.members["refresh_token"] == nil)
            let narrow: String = try #require(answer.members["access_token"])
            let known = try await side.post("/introspect", ["token": narrow])
            #expect(known.members["aud"] == "https://api.example/")
            #expect(try await side.user(pair.access).status == 200)
            let wider = fields.merging(["subject_token": narrow, "scope": "write"]) { $1 }
            #expect(try await side.post("/token", wider).members["error"] == "invalid_scope")
            let bad = fields.merging(["resource": "https://api.example/#part"]) { $1 }
            #expect(try await side.post("/token", bad).members["error"] == "invalid_target")
        }
    }

    /// A proof for a request.
    private func proof(
        _ key: P256.Signing.PrivateKey, _ method: String, _ url: String, nonce: String?, token: String? = nil,
        id: String = UUID().uuidString
    ) throws -> String {
        var claims: [String: Any] = ["htm": method, "htu": url, "iat": Date().timeIntervalSince1970, "jti": id]
        claims["nonce"] = nonce
        claims["ath"] = token.map { StrictClientSide.text(Data(SHA256.hash(data: Data($0.utf8)))) }
        return try StrictClientSide.jwt(["typ": "dpop+jwt", "jwk": StrictClientSide.jwk(key)], claims, key: key)
    }

    @Test func `a proof needs the nonce, binds the token, and is used once`() async throws {
        try await withStrict { side in
            let key = P256.Signing.PrivateKey()
            let url = side.client.sandbox.baseURL + "/token"
            var headers = side.basic
            headers.add(name: "DPoP", value: try proof(key, "POST", url, nonce: nil))
            let pair = try await side.connect()
            let first = try await side.refresh(pair.refresh, headers: headers)
            #expect(first.members["error"] == "use_dpop_nonce")
            let nonce = try #require(first.headers.first(name: "dpop-nonce"))
            headers.replaceOrAdd(name: "DPoP", value: try proof(key, "POST", url, nonce: nonce))
            let bound = try await side.refresh(pair.refresh, headers: headers)
            #expect(bound.members["token_type"] == "DPoP")
            let access: String = try #require(bound.members["access_token"])
            let next: String = try #require(bound.members["refresh_token"])
            #expect(try await side.refresh(next, headers: headers).members["error"] == "invalid_dpop_proof")

            let who = side.client.sandbox.baseURL + "/userinfo"
            #expect(try await side.user(access).status == 401)
            #expect(try await side.user(access, scheme: "DPoP").status == 401)
            // The nonce of the token endpoint is none of the API's.
            let foreign = try proof(key, "GET", who, nonce: nonce, token: access)
            let challenge = try await side.user(access, scheme: "DPoP", proof: foreign)
            #expect(challenge.status == 401)
            #expect(challenge.headers.first(name: "www-authenticate") == "DPoP error=\"use_dpop_nonce\"")
            let fresh = try #require(challenge.headers.first(name: "dpop-nonce"))
            let good = try proof(key, "GET", who, nonce: fresh, token: access)
            #expect(try await side.user(access, scheme: "DPoP", proof: good).status == 200)
            for bad in [
                try proof(key, "POST", who, nonce: fresh, token: access),
                try proof(key, "GET", url, nonce: fresh, token: access),
                try proof(key, "GET", who, nonce: fresh, token: "other"),
                try proof(P256.Signing.PrivateKey(), "GET", who, nonce: fresh, token: access), good,
            ] {
                #expect(try await side.user(access, scheme: "DPoP", proof: bad).status == 401)
            }
        }
    }

    /// Registers a client.
    private func register(_ side: StrictClientSide, _ metadata: String) async throws -> SandboxClient.Answer {
        try await side.client.send(
            .POST, side.client.base, "/register", headers: ["Content-Type": "application/json"], body: metadata)
    }

    @Test func `a registered client signs assertions for the issuer, each once`() async throws {
        try await withStrict { side in
            let key = P256.Signing.PrivateKey()
            let jwk = String(
                decoding: try JSONSerialization.data(withJSONObject: StrictClientSide.jwk(key)), as: UTF8.self)
            let registered = try await register(
                side,
                """
                {"grant_types":["client_credentials"],"token_endpoint_auth_method":"private_key_jwt",
                "jwks":{"keys":[\(jwk)]}}
                """)
            #expect(registered.status == 201, "\(registered.text)")
            #expect(registered.members["client_secret"] == nil)
            let id: String = try #require(registered.members["client_id"])
            func ask(_ audience: String, jti: String, by key: P256.Signing.PrivateKey) async throws -> Int {
                let claims: [String: Any] = [
                    "iss": id, "sub": id, "aud": audience, "exp": Date().timeIntervalSince1970 + 60, "jti": jti,
                ]
                let fields = [
                    "grant_type": "client_credentials", "client_id": id,
                    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    "client_assertion": try StrictClientSide.jwt([:], claims, key: key),
                ]
                return try await side.post("/token", fields, headers: [:]).status
            }
            let issuer = side.client.sandbox.baseURL
            #expect(try await ask(issuer, jti: "1", by: key) == 200)
            #expect(try await ask(issuer, jti: "1", by: key) == 401)
            #expect(try await ask(issuer + "/token", jti: "2", by: key) == 401)
            #expect(try await ask(issuer, jti: "3", by: P256.Signing.PrivateKey()) == 401)
        }
    }

    @Test func `a registration is read, replaced with a new secret and token, and removed`() async throws {
        try await withStrict { side in
            let registered = try await register(side, "{\"redirect_uris\":[\"https://client.example/back\"]}")
            let id: String = try #require(registered.members["client_id"])
            let secret: String = try #require(registered.members["client_secret"])
            let token: String = try #require(registered.members["registration_access_token"])
            #expect(registered.members["registration_client_uri"] == "\(side.client.sandbox.baseURL)/register/\(id)")
            func manage(_ method: HTTPMethod, _ token: String, _ body: String? = nil) async throws
                -> SandboxClient.Answer
            {
                try await side.client.send(
                    method, side.client.base, "/register/\(id)",
                    headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"], body: body)
            }
            #expect(try await manage(.GET, "wrong").status == 401)
            #expect(try await manage(.GET, token).members["client_secret"] == secret)
            let metadata = "\"client_id\":\"\(id)\",\"redirect_uris\":[\"https://client.example/back\"]"
            #expect(try await manage(.PUT, token, "{\(metadata),\"client_id_issued_at\":1}").status == 400)
            let replaced = try await manage(.PUT, token, "{\(metadata),\"client_secret\":\"\(secret)\"}")
            #expect(replaced.status == 200)
            let second: String = try #require(replaced.members["registration_access_token"])
            #expect(replaced.members["client_secret"] != secret)
            #expect(try await manage(.GET, token).status == 401)
            #expect(try await manage(.DELETE, second).status == 204)
            #expect(try await manage(.GET, second).status == 401)
        }
    }

    @Test func `a client may use the grants that it registered for`() async throws {
        try await withStrict { side in
            var other = side
            let metadata =
                "{\"redirect_uris\":[\"http://127.0.0.1/back\"],\"software_statement\":\"eyJhbGciOiJFUzI1NiJ9.e30.AA\"}"
            let registered = try await register(side, metadata)
            #expect(registered.members["software_statement"] == "eyJhbGciOiJFUzI1NiJ9.e30.AA")
            (other.clientID, other.secret) = (
                try #require(registered.members["client_id"]), try #require(registered.members["client_secret"])
            )
            let answer = try await other.exchange(try await other.code())
            #expect(answer.status == 200, "\(answer.text)")
            let refused = try await other.refresh(try #require(answer.members["refresh_token"]))
            #expect(refused.members["error"] == "unauthorized_client")
        }
    }

    @Test(arguments: [
        "{}", "[]", "{\"redirect_uris\":[\"https://a.example/\"],\"software_statement\":\"none\"}",
        "{\"grant_types\":[\"authorization_code\"]}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_method\":\"magic\"}",
        "{\"redirect_uris\":[\"https://a.example/\"],\"token_endpoint_auth_method\":\"private_key_jwt\"}",
    ])
    func `metadata that make no client are refused`(metadata: String) async throws {
        try await withStrict { side in
            let answer = try await register(side, metadata)
            #expect(answer.status == 400)
            #expect(side.client.sandbox.integrations.count == 1)
        }
    }
}
