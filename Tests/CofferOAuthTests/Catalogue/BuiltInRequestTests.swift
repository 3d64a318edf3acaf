// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `What is sent to a built-in provider` {
    @Test func `is known of each`() {
        #expect(Set(RefreshRequests.all.keys) == Set(BuiltIn.names))
        #expect(Set(AuthorizationRequests.all.keys) == Set(BuiltIn.names))
    }

    @Test(arguments: BuiltIn.names)
    func `to refresh has the vendor's form, and one header field of a name`(_ name: String) async throws {
        let transport = ScriptedTransport(500, "")
        _ = await Fixtures.client(transport).refresh(
            try BuiltIn.app(name), refreshToken: Secret("R"), accountHost: BuiltIn.accountHost(name), scope: nil)
        let request = try #require(transport.requests.first)
        #expect(try Self.words(of: request) == RefreshRequests.all[name])
        #expect(Set(request.headers.map { $0.name.lowercased() }).count == request.headers.count)
    }

    @Test(arguments: BuiltIn.names)
    func `to ask a person has the vendor's parameters, and no secret`(_ name: String) throws {
        let app = try BuiltIn.app(name)
        let needsAccount = app.provider.endpoints.authorization?.needsAccountHost ?? false
        let attempt = try AuthorizationAttempt(
            app, scopes: ["a", "b"], accountHost: needsAccount ? BuiltIn.accountHost(name) : nil)
        #expect(Self.words(of: attempt.url) == AuthorizationRequests.all[name])
        #expect(!attempt.url.contains("client_secret"))
    }

    /// A refresh in words.
    private static func words(of request: HTTPMessage) throws -> String {
        var fields = try body(of: request)
        let (grant, token) = (fields.removeValue(forKey: "grant_type"), fields.removeValue(forKey: "refresh_token"))
        #expect(grant == "refresh_token" && token == "R")
        var words = [request.destination.url.description]
        if request.authorizationText == basic("client:\(BuiltIn.secret)") {
            words.append("basic-raw")
        } else if request.authorizationText == basic("client:s+1%2B") {
            words.append("basic")
        } else {
            words.append("post")
            let (id, secret) = (fields.removeValue(forKey: "client_id"), fields.removeValue(forKey: "client_secret"))
            #expect(id == "client" && secret == BuiltIn.secret)
        }
        words.append(isJSON(request) ? "json" : "form")
        if let redirect = fields.removeValue(forKey: "redirect_uri") {
            words.append(redirect == BuiltIn.redirectURI ? "redirect" : redirect)
        }
        words += fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        words += request.headers.filter { !["Accept", "Content-Type"].contains($0.name) }.map {
            "\($0.name):\($0.value)"
        }
        return words.joined(separator: " ")
    }

    private static func basic(_ pair: String) -> String { "Basic " + Data(pair.utf8).base64EncodedString() }

    private static func isJSON(_ request: HTTPMessage) -> Bool {
        request.headers.contains { $0 == ("Content-Type", "application/json") }
    }

    private static func body(of request: HTTPMessage) throws -> [String: String] {
        if isJSON(request) {
            return try JSONDecoder().decode([String: String].self, from: Data(request.bodyText.utf8))
        }
        return try #require(QueryText.decode(request.bodyText))
    }

    /// An address for a browser in words.
    private static func words(of url: String) -> String {
        let halves = url.split(separator: "?", maxSplits: 1)
        var words = [String(halves[0])]
        let redirect = QueryText.escape(BuiltIn.redirectURI)
        for pair in halves[1].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            switch (parts[0], parts[1]) {
            case ("client_id", "client"): break
            case ("response_type", "code"): words.append("code")
            case ("redirect_uri", redirect): words.append("redirect")
            case ("state", _): words.append("state")
            case ("code_challenge", _): words.append("pkce")
            case ("code_challenge_method", "S256"): break
            case (let name, let value):
                words.append(
                    "\(name)=\((QueryText.unescape(value) ?? value).split(separator: " ").joined(separator: "+"))")
            }
        }
        return words.joined(separator: " ")
    }
}
