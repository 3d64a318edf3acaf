// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `The call that finds a renamed account` {
    /// An access token as amoCRM's are: a JWT that names the host to ask.
    private static func token(naming host: String?) -> Secret {
        let claims = host.map { #"{"account_id":77,"api_domain":"\#($0)"}"# } ?? #"{"account_id":77}"#
        let parts = [#"{"alg":"RS256"}"#, claims, "made-up"].map { Data($0.utf8).base64EncodedString() }
        return Secret(parts.joined(separator: ".").replacing("=", with: ""))
    }

    private static func ask(
        _ transport: ScriptedTransport, naming host: String? = "api-a.amocrm.ru", accountID: String? = "77"
    ) async -> String? {
        await Fixtures.client(transport).newHost(
            Fixtures.amocrm, accessToken: token(naming: host), refreshToken: Secret("made-up-refresh"),
            accountID: accountID)
    }

    private static let answer = #"{"id":77,"subdomain":"new","domain":"new.amocrm.ru","top_level_domain":"ru"}"#

    @Test(arguments: ["api-a.amocrm.ru", "api-a"])
    func `goes to the host that the access token names, and shows the refresh token`(named: String) async throws {
        let transport = ScriptedTransport(200, Self.answer)
        #expect(await Self.ask(transport, naming: named) == "new.amocrm.ru")
        let request = try #require(transport.requests.first)
        #expect(
            request.destination.url.description == "https://api-a.amocrm.ru/oauth2/account/current/subdomain")
        #expect(request.method == .get && request.body == nil && request.authorization == nil)
        #expect(request.secretHeader?.name == "X-Refresh-Token")
        #expect(request.secretHeader?.value == Secret("made-up-refresh"))
    }

    @Test(arguments: [nil, "evil.example", "amocrm.ru.evil.example"])
    func `goes nowhere else`(named: String?) async {
        let transport = ScriptedTransport(200, Self.answer)
        #expect(await Self.ask(transport, naming: named) == nil)
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [
        (401, answer), (200, "<html>"), (200, "{}"),
        (200, #"{"id":78,"domain":"other.amocrm.ru"}"#), (200, #"{"id":77,"domain":"evil.example"}"#),
    ])
    func `believes no other account's host, and none that the description does not allow`(
        _ status: Int, _ body: String
    ) async {
        #expect(await Self.ask(ScriptedTransport(status, body)) == nil)
    }

    @Test func `is not made for an account whose id is not known`() async {
        let transport = ScriptedTransport(200, Self.answer)
        #expect(await Self.ask(transport, accountID: nil) == nil)
        #expect(transport.requests.isEmpty)
    }
}
