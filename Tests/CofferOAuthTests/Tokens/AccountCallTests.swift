// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `The call that names the account` {
    private static func client(_ url: String, _ field: String) -> ClientRegistration {
        Fixtures.generic(.post) {
            $0.accountLookup = .api(path: url, idField: field)
            $0.apiDomains = ["api.example.net"]
        }
    }

    @Test(arguments: [
        ("data.0.id", #"{"data":[{"id":42}]}"#, "42"), ("sub", #"{"sub":"u-1"}"#, "u-1"), ("id", "{}", nil),
        ("id", "<html>", nil), ("id", #"{"id":{"x":1}}"#, nil),
    ])
    func `is answered by a path`(_ field: String, _ body: String, _ id: String?) async throws {
        let transport = ScriptedTransport(200, body)
        let found = await Fixtures.client(transport).accountID(
            Self.client("https://api.example.net/me", field), accessToken: Secret("A"), accountHost: nil)
        #expect(found == id)
        let request = try #require(transport.requests.first)
        #expect(request.method == .get)
        #expect(request.destination.url.description == "https://api.example.net/me")
        #expect(request.authorization == Secret("Bearer A"))
    }

    @Test(arguments: ["https://evil.example/me", "/me"])
    func `goes nowhere that the description does not allow`(_ url: String) async {
        let transport = ScriptedTransport(200, #"{"id":"1"}"#)
        let found = await Fixtures.client(transport).accountID(
            Self.client(url, "id"), accessToken: Secret("A"), accountHost: "evil.example")
        #expect(found == nil)
        #expect(transport.requests.isEmpty)
    }

    @Test func `that is refused names nobody`() async {
        let transport = ScriptedTransport(403, #"{"id":"1"}"#)
        let found = await Fixtures.client(transport).accountID(
            Self.client("https://api.example.net/me", "id"), accessToken: Secret("A"), accountHost: nil)
        #expect(found == nil)
    }
}
