// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(1))) struct `The strict server` {
    @Test func `it describes itself at both well-known addresses under one issuer`() async throws {
        try await withStrict { side in
            for path in ["oauth-authorization-server", "openid-configuration"] {
                let answer = try await side.client.send(.GET, side.client.base, "/.well-known/\(path)")
                #expect(answer.members["issuer"] == side.client.sandbox.baseURL)
                #expect(answer.members["token_endpoint"] == side.client.sandbox.baseURL + "/token")
                #expect(answer.text.contains("\"code_challenge_methods_supported\":[\"S256\"]"))
                #expect(answer.text.contains("\"authorization_response_iss_parameter_supported\":true"))
            }
        }
    }

    @Test func `a code comes back with state and issuer, and gives a pair`() async throws {
        try await withStrict { side in
            var fields = side.asked()
            fields["account"] = "acme"
            fields["decision"] = "allow"
            let back = try await side.client.form(side.client.base, "/authorize", fields).callback
            #expect(back["state"] == "s")
            #expect(back["iss"] == side.client.sandbox.baseURL)
            let answer = try await side.exchange(try #require(back["code"]))
            #expect(answer.members["token_type"] == "Bearer")
            #expect(answer.members["expires_in"] == "600")
            #expect(answer.members["scope"] == "read")
            let access: String = try #require(answer.members["access_token"])
            let sub = try await side.user(access).members["sub"]
            #expect(sub == side.client.sandbox.accounts.first.map { "\($0.id)" })
        }
    }

    @Test(arguments: [
        ["code_challenge": ""], ["code_challenge_method": "plain"], ["redirect_uri": "https://evil.example/"],
        ["response_type": "token"], ["scope": "everything"], ["resource": "no-uri"], ["client_id": "nobody"],
    ])
    func `an authorization request that is not to the letter is refused, and nobody is sent on`(
        change: [String: String]
    ) async throws {
        try await withStrict { side in
            let fields = side.asked().merging(change) { $1 }
            let query = fields.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
            let answer = try await side.client.send(.GET, side.client.base, "/authorize?\(query)")
            #expect(answer.status == 400)
            #expect(answer.headers.first(name: "location") == nil)
        }
    }

    @Test(arguments: [["code_verifier": "x"], ["code_verifier": nil], ["redirect_uri": "http://127.0.0.1:1/back"]])
    func `a code needs its verifier and its redirect uri`(change: [String: String?]) async throws {
        try await withStrict { side in
            let answer = try await side.exchange(try await side.code(), changing: change)
            #expect(answer.status == 400)
            #expect(answer.members["error"] == "invalid_grant")
        }
    }

    @Test func `a code that is presented twice ends what came of it`() async throws {
        try await withStrict { side in
            let code = try await side.code()
            let access: String = try #require(try await side.exchange(code).members["access_token"])
            #expect(try await side.exchange(code).members["error"] == "invalid_grant")
            #expect(try await side.user(access).status == 401)
        }
    }

    @Test func `a refresh rotates, and reuse ends the whole family`() async throws {
        try await withStrict { side in
            let first = try await side.connect()
            let second = try await side.refresh(first.refresh)
            let newest: String = try #require(second.members["refresh_token"])
            #expect(newest != first.refresh)
            let access: String = try #require(second.members["access_token"])
            #expect(try await side.user(access).status == 200)
            #expect(try await side.user(first.access).status == 401)
            #expect(try await side.refresh(first.refresh).members["error"] == "invalid_grant")
            #expect(try await side.user(access).status == 401)
            #expect(try await side.refresh(newest).members["error"] == "invalid_grant")
        }
    }

    @Test func `reuse in one grant leaves the others of the account alone`() async throws {
        try await withStrict { side in
            let one = try await side.connect()
            let other = try await side.connect()
            _ = try await side.refresh(one.refresh)
            _ = try await side.refresh(one.refresh)
            #expect(try await side.refresh(other.refresh).status == 200)
        }
    }

    @Test func `a refresh may narrow the scope and not widen it, and narrowing is not for ever`() async throws {
        try await withStrict { side in
            let pair = try await side.connect(scope: "read write")
            let narrow = try await side.refresh(pair.refresh, ["scope": "read"])
            #expect(narrow.members["scope"] == "read")
            let next: String = try #require(narrow.members["refresh_token"])
            #expect(try await side.refresh(next, ["scope": "read openid"]).members["error"] == "invalid_scope")
            #expect(try await side.refresh(next).members["scope"] == "read write")
        }
    }

    @Test func `the client proves itself by Basic or in the body, and by one of them`() async throws {
        try await withStrict { side in
            let pair = try await side.connect()
            let inBody = ["client_id": side.clientID, "client_secret": side.secret]
            let answer = try await side.refresh(pair.refresh, inBody, headers: [:])
            #expect(answer.status == 200)
            let next: String = try #require(answer.members["refresh_token"])
            #expect(try await side.refresh(next, inBody).members["error"] == "invalid_request")
            #expect(try await side.refresh(next).status == 200)
        }
    }

    @Test func `Basic that was not form-encoded first is another secret`() async throws {
        try await withStrict { side in
            let pair = try await side.connect()
            let raw = Data("\(side.clientID):\(side.secret)".utf8).base64EncodedString()
            let answer = try await side.refresh(pair.refresh, headers: ["Authorization": "Basic \(raw)"])
            #expect(answer.status == 401)
            #expect(answer.members["error"] == "invalid_client")
            #expect(answer.headers.first(name: "www-authenticate")?.hasPrefix("Basic") == true)
            #expect(try await side.refresh(pair.refresh).status == 200)
        }
    }

    @Test func `nothing belongs in the query, and nothing is said twice`() async throws {
        try await withStrict { side in
            let query = "grant_type=client_credentials&client_id=\(side.clientID)"
            #expect(try await side.post("/token?\(query)", [:]).members["error"] == "invalid_request")
            var headers = side.basic
            headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            let twice = try await side.client.send(
                .POST, side.client.base, "/token", headers: headers,
                body: "grant_type=client_credentials&scope=read&scope=write")
            #expect(twice.members["error"] == "invalid_request")
        }
    }

    @Test func `a client has tokens of its own, without a refresh token`() async throws {
        try await withStrict { side in
            let answer = try await side.post("/token", ["grant_type": "client_credentials", "scope": "read"])
            #expect(answer.status == 200)
            #expect(answer.members["refresh_token"] == nil)
        }
    }

    @Test func `introspection knows living tokens of the client, and revocation ends them`() async throws {
        try await withStrict { side in
            let pair = try await side.connect()
            let known = try await side.post("/introspect", ["token": pair.access])
            #expect(known.text.contains("\"active\":true"))
            #expect(known.members["client_id"] == side.clientID)
            #expect(try await side.post("/introspect", ["token": "x"]).text == "{\"active\":false}")
            #expect(try await side.post("/introspect", ["token": pair.access], headers: [:]).status == 401)

            #expect(try await side.post("/revoke", ["token": pair.access]).status == 200)
            #expect(try await side.post("/introspect", ["token": pair.access]).text == "{\"active\":false}")
            #expect(try await side.post("/introspect", ["token": pair.refresh]).text.contains("\"active\":true"))
            #expect(try await side.post("/revoke", ["token": pair.refresh]).status == 200)
            #expect(try await side.refresh(pair.refresh).members["error"] == "invalid_grant")
            #expect(try await side.post("/revoke", ["token": "x"]).status == 200)
        }
    }

    @Test func `an ID token carries the nonce that was asked for`() async throws {
        try await withStrict { side in
            let answer = try await side.exchange(try await side.code(scope: "openid", ["nonce": "n-0S6_WzA2Mj"]))
            let claims = side.client.claims(of: try #require(answer.members["id_token"]))
            #expect(claims["nonce"] as? String == "n-0S6_WzA2Mj")
            #expect(claims["iss"] as? String == side.client.sandbox.baseURL)
            #expect(claims["aud"] as? String == side.clientID)
            #expect(try await side.client.send(.GET, side.client.base, "/jwks").text.contains("\"kid\":\"sandbox\""))
        }
    }

    @Test func `a fault works here as anywhere`() async throws {
        try await withStrict { side in
            let pair = try await side.connect()
            side.client.sandbox.faults.set([
                FaultRule(.graceWindow, account: "acme", grantType: "refresh_token"),
                FaultRule(.answerLost, account: "acme", grantType: "refresh_token"),
            ])
            await #expect(throws: (any Error).self) { try await side.refresh(pair.refresh) }
            #expect(try await side.refresh(pair.refresh).status == 200)
        }
    }
}
