// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `errors of the token endpoint` {
    struct Row: Sendable, CustomTestStringConvertible {
        let status: Int
        let body: String
        let expected: String
        var testDescription: String { "\(status) \(body.prefix(60))" }
        init(_ status: Int, _ body: String, _ expected: String) {
            (self.status, self.body, self.expected) = (status, body, expected)
        }
    }

    /// `facts/providers.md` A1, "Errors", every row of the token endpoint's table and LEAGUE's refresh hints.
    static let amocrm = [
        Row(400, hint("Authorization code has expired"), "refused expired"),
        Row(400, hint("Authorization code has been revoked"), "refused revoked"),
        Row(400, hint("Cannot decrypt the authorization code"), "refused invalid"),
        Row(400, hint("Check the `client_id` parameter"), "unprocessed configuration"),
        Row(400, hint("Check the `client_secret` parameter"), "unprocessed configuration"),
        Row(400, hint("Redirect URI is not associated with client"), "unprocessed configuration"),
        Row(400, hint("Invalid account"), "unprocessed moved"),
        Row(400, hint("Invalid refresh token"), "refused invalid"),
        Row(401, hint("Token has been revoked"), "refused revoked"),
        Row(400, hint("Token has been revoked"), "refused revoked"),
        Row(401, hint("Token has expired"), "refused expired"),
        Row(401, hint("Cannot decrypt the refresh token"), "refused invalid"),
        Row(401, hint("Token is not linked to client"), "refused invalid"),
        Row(
            401, #"{"title":"Некорректный клиент","status":401,"detail":"Авторизация клиента не прошла"}"#,
            "unprocessed configuration"),
        Row(400, #"{"error":"invalid_grant","hint":"something new"}"#, "refused invalid"),
        Row(400, hint("something new"), "unprocessed configuration"),
        Row(401, "<html>Unauthorized</html>", "unprocessed configuration"),
        Row(403, "<html><h1>403 Forbidden</h1>nginx</html>", "unprocessed blocked"),
        Row(403, #"{"status":403,"code":113}"#, "unprocessed blocked"),
        Row(404, "", "unprocessed moved"),
        Row(402, "", "unprocessed payment"),
        Row(429, "slow down", "unprocessed rateLimited"),
        Row(500, "", "unprocessed serverFailure"),
        Row(504, "<html>", "unprocessed serverFailure"),
        Row(302, "", "unprocessed redirected"),
    ]

    /// `facts/providers.md` B1, "Errors", every row of the authorization server's table and the blocks of B5.
    static let bitrix24 = [
        Row(200, #"{"error":"wrong_client"}"#, "unprocessed configuration"),
        Row(200, #"{"error":"WRONG_CLIENT"}"#, "unprocessed configuration"),
        Row(400, #"{"error":"invalid_client","error_description":"x"}"#, "unprocessed configuration"),
        Row(401, #"{"error":"INVALID_CLIENT"}"#, "unprocessed configuration"),
        Row(400, #"{"error":"invalid_grant"}"#, "refused invalid"),
        Row(200, #"{"error":"Invalid_Grant"}"#, "refused invalid"),
        Row(
            400, #"{"error":"invalid_request","error_description":"No \"refresh_token\" parameter found"}"#,
            "unprocessed configuration"),
        Row(403, #"{"error":"insufficient_scope"}"#, "unprocessed configuration"),
        Row(403, #"{"error":"invalid_scope"}"#, "unprocessed configuration"),
        Row(
            401, #"{"error":"NOT_INSTALLED","error_description":"Application not installed"}"#,
            "unprocessed notInstalled"),
        Row(
            401, #"{"error":"ERROR_OAUTH","error_description":"Application not installed"}"#,
            "unprocessed notInstalled"),
        Row(401, #"{"error":"ERROR_OAUTH","error_description":"Unknown client"}"#, "unprocessed configuration"),
        Row(
            401, #"{"error":"APPLICATION_NOT_FOUND","error_description":"Application not found"}"#,
            "unprocessed configuration"),
        Row(401, #"{"error":"PAYMENT_REQUIRED","error_description":"Payment required"}"#, "unprocessed payment"),
        Row(
            401, #"{"error":"expired_token","error_description":"The refresh token provided has expired."}"#,
            "refused expired"),
        Row(400, #"{"error":"bad_verification_code"}"#, "refused invalid"),
        Row(404, "", "unprocessed moved"),
        Row(503, #"{"error":"QUERY_LIMIT_EXCEEDED"}"#, "unprocessed rateLimited"),
        Row(429, #"{"error":"OPERATION_TIME_LIMIT"}"#, "unprocessed rateLimited"),
        Row(503, #"{"error":"OVERLOAD_LIMIT"}"#, "unprocessed blocked"),
        Row(500, #"{"error":"PORTAL_DELETED"}"#, "unprocessed notInstalled"),
        Row(400, #"{"error":{"code":"invalid_grant","message":"no"}}"#, "refused invalid"),
        Row(503, "", "unprocessed serverFailure"),
        Row(400, "", "unprocessed configuration"),
    ]

    /// RFC 6749 §5.2 and the bare answers of `facts/servers.md`.
    static let rfc6749 = [
        Row(400, #"{"error":"invalid_grant","error_description":"gone"}"#, "refused invalid"),
        Row(200, #"{"error":"invalid_grant"}"#, "refused invalid"),
        Row(500, #"{"error":"invalid_grant"}"#, "refused invalid"),
        Row(401, #"{"error":"invalid_client"}"#, "unprocessed configuration"),
        Row(400, #"{"error":"unauthorized_client"}"#, "unprocessed configuration"),
        Row(400, #"{"error":"invalid_request"}"#, "unprocessed configuration"),
        Row(401, #"{"error":"invalid_request"}"#, "refused invalid"),
        Row(400, #"{"error":"interaction_required"}"#, "refused denied"),
        Row(403, #"{"error":"access_denied"}"#, "refused denied"),
        Row(503, #"{"error":"temporarily_unavailable"}"#, "unprocessed serverFailure"),
        Row(400, "", "unprocessed configuration"),
        Row(400, "<html><h1>400 Bad Request</h1>nginx</html>", "unprocessed configuration"),
        Row(400, "Bad Request", "unprocessed configuration"),
        Row(400, #""no""#, "unprocessed configuration"),
        Row(400, #"{"error":4735}"#, "unprocessed configuration"),
        Row(400, "{}", "refused unexplained"),
        Row(400, #"{"message":"No."}"#, "refused unexplained"),
        Row(400, #"{"error":"a_code_of_its_own"}"#, "unprocessed configuration"),
        Row(400, #"{"error":"Bad Request"}"#, "unprocessed configuration"),
        Row(401, "", "unprocessed configuration"),
        Row(403, "<html>", "unprocessed blocked"),
        Row(405, "", "unprocessed configuration"),
        Row(408, "", "unprocessed serverFailure"),
        Row(429, "", "unprocessed rateLimited"),
        Row(500, "", "unprocessed serverFailure"),
        Row(307, "", "unprocessed redirected"),
    ]

    static func hint(_ text: String) -> String {
        #"{"hint":"\#(text)","title":"Некорректный запрос","type":"https://developers.amocrm.ru/v3/errors/OAuthProblemJson","status":400}"#
    }

    @Test(arguments: amocrm) func `amoCRM's are told apart by status and hint`(_ row: Row) async {
        #expect(await Fixtures.refresh(Fixtures.amocrm, row.status, row.body).summary == row.expected)
    }

    @Test(arguments: bitrix24) func `Bitrix24's are told apart by code in any case, also inside a 200`(_ row: Row) async
    {
        #expect(await Fixtures.refresh(Fixtures.bitrix24, row.status, row.body).summary == row.expected)
    }

    @Test(arguments: rfc6749) func `RFC 6749's are told apart by code before status`(_ row: Row) async {
        #expect(await Fixtures.refresh(Fixtures.generic, row.status, row.body).summary == row.expected)
    }

    @Test(arguments: ["invalid_grant", "access_denied"])
    func `a client's own token has no grant that could be dead`(_ code: String) async {
        let client = Fixtures.client(ScriptedTransport(400, #"{"error":"\#(code)"}"#))
        #expect(await client.clientCredentials(Fixtures.generic, scope: nil).summary == "unprocessed configuration")
    }

    @Test func `Retry-After is passed on`() async {
        let outcome = await Fixtures.refresh(Fixtures.amocrm, 429, "", headers: [("retry-after", "17")])
        let setback = if case .unprocessed(let setback) = outcome { setback } else { nil as Setback? }
        #expect(setback?.retryAfter == .seconds(17))
    }

    @Test(arguments: [
        "The token def50200aabbccddeeff is unknown", "secret marker-client-secret-0123456789 is wrong",
        "partly: client-secret-01", "bell\u{07} and \u{202E}turned",
    ]) func `a provider's words come without secrets and control characters`(_ words: String) async {
        let body = JSONValue.object([
            .init(name: "error", value: .text(Secret("invalid_grant"))),
            .init(name: "error_description", value: .text(Secret(words))),
        ]).encoded.withExposedText { String($0) }
        let sentence = await Fixtures.refresh(Fixtures.generic, 400, body).sentence
        #expect(sentence.contains("invalid_grant"))
        #expect(!sentence.contains("def50200") && !sentence.contains("client-secret"))
        #expect(!sentence.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    }

    @Test func `a raw body is in no sentence`() async {
        let sentence = await Fixtures.refresh(Fixtures.generic, 500, "<html>MARKER</html>").sentence
        #expect(sentence == "Example answered 500.")
    }
}
