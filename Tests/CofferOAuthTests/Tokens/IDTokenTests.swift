// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `An ID token` {
    private static let right = [
        "iss": #""https://as.example.com""#, "aud": #""client""#, "iat": "1800000000", "exp": "1800000300",
        "sub": #""user-7""#,
    ]

    private static func token(_ changes: [String: String]) -> String {
        let members = right.merging(changes) { $1 }.filter { !$0.value.isEmpty }
        let claims = "{\(members.map { #""\#($0.key)":\#($0.value)"# }.joined(separator: ","))}"
        return "e30.\(Data(claims.utf8).base64URLEncodedString()).AAAA"
    }

    private static func exchanged(
        _ changes: [String: String], _ registration: ClientRegistration = Fixtures.generic
    ) async -> IssuedTokens? {
        await Fixtures.exchange(
            registration, 200, #"{"access_token":"A","id_token":"\#(token(changes))"}"#
        ).tokens
    }

    @Test(arguments: [
        [:], ["exp": "1799999821"], ["iat": "1800000180"], ["azp": #""client""#], ["aud": #"["client"]"#],
        ["aud": #"["other","client"]"#, "azp": #""client""#],
    ])
    func `of this issuer for this client names the account`(_ changes: [String: String]) async {
        let tokens = await Self.exchanged(changes)
        #expect(tokens?.idTokenFault == nil)
        #expect(tokens?.accountID == "user-7")
    }

    @Test(arguments: [
        (["iss": #""https://as.example.com/""#], "another issuer"),
        (["iss": #""http://as.example.com""#], "another issuer"),
        (["iss": ""], "another issuer"), (["iss": "[]"], "another issuer"), (["aud": #""Client""#], "another client"),
        (["aud": ""], "another client"), (["aud": #"["client","other"]"#], "another client"),
        (["azp": #""other""#], "another client"), (["exp": "1799999820"], "expired"),
        (["exp": #""1800000300""#], "expired"),
        (["exp": ""], "expired"), (["iat": "1800000181"], "future"), (["iat": ""], "future"),
        (["sub": ""], "no subject"),
    ])
    func `of anybody else names nobody, and why`(_ changes: [String: String], _ words: String) async {
        let tokens = await Self.exchanged(changes)
        #expect(tokens?.idTokenFault?.contains(words) == true, "\(tokens?.idTokenFault ?? "")")
        #expect(tokens?.accountID == nil)
        #expect(tokens?.accessToken == Secret("A"))
    }

    @Test(arguments: ["", "x", "e30.e30", "e30.W10.AAAA", "e30.e30.x"])
    func `that is none names nobody`(_ text: String) async {
        let answer = #"{"access_token":"A","id_token":"\#(text)"}"#
        let tokens = await Fixtures.exchange(Fixtures.generic, 200, answer).tokens
        #expect(tokens?.idTokenFault != nil)
        #expect(tokens?.accountID == nil)
    }

    /// OpenID Connect Core §15.6.2, and of no other issuer.
    @Test func `of Google may lack the scheme`() async {
        let google = Fixtures.generic(.post) { $0.issuer = "https://accounts.google.com" }
        let tokens = await Self.exchanged(["iss": #""accounts.google.com""#], google)
        #expect(tokens?.accountID == "user-7")
        #expect(await Self.exchanged(["iss": #""as.example.com""#])?.accountID == nil)
        let issuerless = Fixtures.generic(.post) { $0.issuer = nil }
        #expect(await Self.exchanged(["iss": #""https://tenant.example""#], issuerless)?.accountID == "user-7")
    }
}
