// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

/// Bitrix24 has two authorization servers; the `client_secret` goes to these and to no other
/// (https://apidocs.bitrix24.com/settings/oauth/index.html, and the same page at apidocs.bitrix24.ru).
@Suite struct `The authorization server of a grant` {
    private static func answer(_ server: String) -> String {
        #"{"access_token":"A","refresh_token":"R","server_endpoint":"\#(server)","domain":"evil.example"}"#
    }

    private static func server(named text: String) async -> String? {
        await Fixtures.client(ScriptedTransport(200, answer(text))).refresh(
            Fixtures.bitrix24, refreshToken: Secret("R"), accountHost: nil, scope: nil
        ).tokens?.server
    }

    @Test(arguments: [
        ("https://oauth.bitrix24.tech/rest/", "oauth.bitrix24.tech"),
        ("https://oauth.bitrix.info/rest/", "oauth.bitrix.info"),
    ])
    func `is the one that its answers name`(_ text: String, _ expected: String) async {
        #expect(await Self.server(named: text) == expected)
    }

    @Test(arguments: [
        "https://evil.example/rest/", "https://oauth.bitrix.info.evil.example/rest/", "http://oauth.bitrix.info/rest/",
        "https://evil.example@oauth.bitrix.info/", "https://oauth.bitrix.info@evil.example/", "https://127.0.0.1/",
        "https://oauth.bitrix.info:8443/", "https://xoauth.bitrix.info/", "", "https://",
    ])
    func `is none that the description does not allow, whatever an answer says`(_ text: String) async {
        #expect(await Self.server(named: text) == nil)
    }

    @Test func `is where its refresh token and its probes go, and no other grant's`() async {
        var registration = Fixtures.bitrix24
        for (server, host) in [(String?.none, "oauth.bitrix.info"), ("oauth.bitrix24.tech", "oauth.bitrix24.tech")] {
            registration.server = server
            let transport = ScriptedTransport(.json(200, Self.answer("")), .json(200, "{}"))
            let client = Fixtures.client(transport)
            _ = await client.refresh(registration, refreshToken: Secret("R"), accountHost: nil, scope: nil)
            _ = await TokenProbe(client: client).probe(registration, accessToken: Secret("A"), accountHost: nil)
            #expect(
                transport.requests.map(\.destination.url.description)
                    == ["https://\(host)/oauth/token/", "https://\(host)/rest/app.info"])
        }
    }

    /// One that was stored, or changed, is approved as any address is.
    @Test func `is approved once more before anything is sent there`() async {
        var registration = Fixtures.bitrix24
        registration.server = "evil.example"
        let transport = ScriptedTransport(200, Self.answer(""))
        let outcome = await Fixtures.client(transport).refresh(
            registration, refreshToken: Secret("R"), accountHost: nil, scope: nil)
        #expect(outcome.summary == "unprocessed refusedHost")
        #expect(transport.requests.isEmpty)
    }

    @Test func `that a callback names gets the code, or nobody does`() throws {
        let attempt = try AuthorizationAttempt(Fixtures.bitrix24, accountHost: "acme.bitrix24.ru")
        let base =
            "https://client.example/back?code=C&domain=acme.bitrix24.ru&state=\(attempt.stateText)&server_domain="
        #expect(try CallbackParser(attempt).parse(base + "oauth.bitrix24.tech").server == "oauth.bitrix24.tech")
        #expect(code { try CallbackParser(attempt).parse(base + "evil.example") } == .refusedHost)
    }
}
