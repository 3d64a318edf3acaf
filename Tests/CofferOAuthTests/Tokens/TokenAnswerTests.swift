// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `token answers` {
    private func tokens(_ body: String, _ registration: ClientRegistration = Fixtures.generic) async -> IssuedTokens? {
        await Fixtures.refresh(registration, 200, body).tokens
    }

    @Test func `a pair is read whole`() async throws {
        let tokens = try #require(
            await tokens(
                #" {"access_token":"A\/1","token_type":"Bearer","expires_in":3600,"refresh_token":"R","scope":"a b"} "#)
        )
        #expect(tokens.accessToken == Secret("A/1"))
        #expect(tokens.refreshToken == Secret("R"))
        #expect(tokens.tokenType == "Bearer")
        #expect(tokens.scope == "a b")
        #expect(tokens.expiresAt == Fixtures.moment.addingTimeInterval(3600))
    }

    @Test(arguments: [
        ("3600", 3600.0), (#""3600""#, 3600), ("3599.5", 3599.5), ("3.6e3", 3600), ("1e300", 3_155_760_000),
        ("99999999999999999999", 3_155_760_000),
    ]) func `a lifetime is read in any form`(_ written: String, _ seconds: Double) async {
        let tokens = await tokens(#"{"access_token":"A","expires_in":\#(written)}"#)
        #expect(tokens?.expiresAt == Fixtures.moment.addingTimeInterval(seconds))
    }

    @Test(arguments: ["0", "0.0", #""0""#, "-1", #""-3600""#, "-1e300"])
    func `a lifetime of nothing, or less, is over when it comes`(_ written: String) async {
        let body = #"{"access_token":"A","refresh_token":"R","expires_in":\#(written)}"#
        var capped = Fixtures.generic
        capped.maximumLifetime = .seconds(600)
        for registration in [Fixtures.generic, Fixtures.amocrm, capped] {
            let tokens = await tokens(body, registration)
            #expect(tokens?.refreshToken == Secret("R"))
            #expect(tokens?.accessToken == Secret("A"))
            #expect(tokens?.expiresAt == Fixtures.moment)
        }
        #expect(await Fixtures.exchange(Fixtures.generic, 200, body).tokens?.expiresAt == Fixtures.moment)
    }

    /// Mailchimp's tokens, which nobody renews, come with 0 and never end.
    @Test(arguments: ["0", "-1"]) func `a lifetime of nothing says of a token that can't be renewed that it has no end`(
        _ written: String
    ) async {
        let answer = await Fixtures.exchange(
            Fixtures.generic, 200, #"{"access_token":"A","expires_in":\#(written)}"#)
        #expect(answer.tokens?.accessToken == Secret("A"))
        #expect(answer.tokens?.expiresAt == nil)
    }

    @Test(arguments: ["null", #""soon""#, "[]", "{}", "true", #""nan""#])
    func `a lifetime that says nothing leaves the description's`(_ written: String) async {
        let body = #"{"access_token":"A","expires_in":\#(written)}"#
        #expect(await tokens(body)?.accessToken != nil)
        #expect(await tokens(body)?.expiresAt == nil)
        #expect(await tokens(body, Fixtures.amocrm)?.expiresAt == Fixtures.moment.addingTimeInterval(86_400))
    }

    @Test(arguments: [
        (#","expires_in":3600"#, 600.0), (#","expires_in":60"#, 60), ("", 600), (#","expires_in":null"#, 600),
    ]) func `no lifetime is longer than the app's maximum, nor unknown`(_ stated: String, _ seconds: Double) async {
        var registration = Fixtures.generic
        registration.maximumLifetime = .seconds(600)
        let tokens = await tokens(#"{"access_token":"A","refresh_token":"R"\#(stated)}"#, registration)
        #expect(tokens?.expiresAt == Fixtures.moment.addingTimeInterval(seconds))
    }

    @Test func `the app's maximum ends no token that may not be refreshed early`() async {
        var registration = Fixtures.bitrix24
        registration.maximumLifetime = .seconds(60)
        let tokens = await tokens(#"{"access_token":"A","refresh_token":"R","expires_in":3600}"#, registration)
        #expect(tokens?.expiresAt == Fixtures.moment.addingTimeInterval(3600))
    }

    @Test func `the app's maximum ends no token that only a person could replace`() async {
        var registration = Fixtures.generic
        registration.maximumLifetime = .seconds(600)
        let client = Fixtures.client(ScriptedTransport(200, #"{"access_token":"A","expires_in":3600}"#))
        let outcome = await client.exchange(
            registration, code: Secret("C"), verifier: nil, redirectURI: nil, accountHost: nil)
        #expect(outcome.tokens?.expiresAt == Fixtures.moment.addingTimeInterval(3600))
    }

    @Test(arguments: [
        "", " ", "<html>ok</html>", "null", "[]", "42", "{}", #"{"token_type":"Bearer"}"#, #"{"access_token":"A"#,
        #"{"access_token":"A","refr"#, #"{"refresh_token":"R"#, #"{"access_token":null}"#, #"{"access_token":""}"#,
        #"{"access_token":42}"#, "\u{0}", #"{"error":null}"#, #"{"access_token":"a\nb"}"#,
    ]) func `a success without a token is senseless, and its token may be spent`(_ body: String) async {
        #expect(await Fixtures.refresh(Fixtures.generic, 200, body).summary == "senseless")
    }

    @Test(arguments: [
        #"{"refresh_token":"R"}"#, #"{"refresh_token":"R","access_token":"A"#,
        #"{"refresh_token":"R","access_token":"A","expires_in":36"#, #"{"refresh_token":"R","error":"invalid_grant"}"#,
        #"{"access_token":"A","refresh_token":"R"} trailing"#, #"{"refresh_token":"R","access_token":"a\nb"}"#,
        #"{"refresh_token":"R","access_token":null}"#,
    ]) func `a refresh token is returned whatever else is wrong`(_ body: String) async {
        let tokens = await tokens(body)
        #expect(tokens?.refreshToken == Secret("R"))
        #expect(tokens?.accessToken == nil)
    }

    @Test func `of two members of one name the last counts`() async {
        let tokens = await tokens(
            #"{"access_token":"A1","refresh_token":"R1","refresh_token":"R2","access_token":"A2"}"#)
        #expect(tokens?.accessToken == Secret("A2"))
        #expect(tokens?.refreshToken == Secret("R2"))
    }

    /// What it costs grows with the length and not with its square, or this would take minutes.
    @Test func `an answer with as many members as the transport lets through is read`() async {
        let members = (0..<100_000).map { #""\#($0)":0"# }.joined(separator: ",")
        let tokens = await tokens(#"{\#(members),"access_token":"A"}"#)
        #expect(tokens?.accessToken == Secret("A"))
    }

    @Test func `an ID token names the account`() async {
        // {"sub":"user-7","email":"a@example.com"}
        let tokens = await tokens(
            #"{"access_token":"A","id_token":"e30.eyJzdWIiOiJ1c2VyLTciLCJlbWFpbCI6ImFAZXhhbXBsZS5jb20ifQ.AA"}"#)
        #expect(tokens?.accountID == "user-7")
        #expect(tokens?.accountLabel == "a@example.com")
    }

    @Test func `amoCRM names the account in the access token, as a number or a text`() async {
        func answer(_ payload: String) -> String {
            let text = Data(payload.utf8).base64EncodedString().replacing("=", with: "")
                .replacing("+", with: "-").replacing("/", with: "_")
            return #"{"access_token":"e30.\#(text).x","refresh_token":"R"}"#
        }
        #expect(await tokens(answer(#"{"account_id":123}"#), Fixtures.amocrm)?.accountID == "123")
        #expect(await tokens(answer(#"{"account_id":"9"}"#), Fixtures.amocrm)?.accountID == "9")
    }

    @Test func `Bitrix24 names the portal and its stable id`() async {
        let tokens = await tokens(
            #"{"access_token":"A","client_endpoint":"https://portal.bitrix24.com/rest/","domain":"oauth.bitrix.info","expires_in":3600,"member_id":"a223","refresh_token":"R","scope":"crm,entity"}"#,
            Fixtures.bitrix24)
        #expect(tokens?.accountHost == "portal.bitrix24.com")
        #expect(tokens?.accountID == "a223")
        #expect(tokens?.scope == "crm entity")
        let local = await self.tokens(
            #"{"access_token":"A","client_endpoint":"https://127.0.0.1/rest/","refresh_token":"R"}"#, Fixtures.bitrix24)
        #expect(local?.accountHost == nil)
    }

    @Test(arguments: [
        (TransportOutcome.notSent(TransportFailure(.connection, "x")), "notSent"),
        (.notSent(TransportFailure(.resolution, "x")), "notSent"),
        (.notSent(TransportFailure(.certificate, "x")), "unprocessed certificate"),
        (.notSent(TransportFailure(.refusedAddress, "x")), "unprocessed refusedHost"),
        (.lost(TransportFailure(.broken, "x")), "indeterminate"),
        (.lost(TransportFailure(.timedOut, "x")), "indeterminate"),
        (.lost(TransportFailure(.tooLarge, "x")), "senseless"), (.lost(TransportFailure(.malformed, "x")), "senseless"),
    ]) func `without an answer the outcome says what became of the token`(
        _ outcome: TransportOutcome, _ expected: String
    ) async {
        let client = Fixtures.client(ScriptedTransport(outcome))
        let result = await client.refresh(
            Fixtures.generic, refreshToken: Fixtures.refreshToken, accountHost: nil, scope: nil)
        #expect(result.summary == expected)
    }
}
