// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

/// An app of the tests at a built-in provider.
enum BuiltIn {
    /// A secret that is another one when it is form-encoded.
    static let secret = "s 1+"
    /// Its redirect.
    static let redirectURI = "https://client.example/back"

    /// The names of all of them.
    static var names: [String] { ProviderCatalogue.entries.map(\.description.id) }

    private static let settings = [
        "domain": "tenant.example.com", "host": "id.example.com", "realm": "staff", "application": "app",
        "subdomain": "acme",
    ]

    private static let accountHosts = [
        "amocrm": "acme.amocrm.ru", "bitrix24": "acme.bitrix24.com", "kommo": "acme.kommo.com",
        "shopify": "acme.myshopify.com",
    ]

    /// The app, with what its provider must be told.
    static func app(_ name: String) throws -> ClientRegistration {
        let entry = try #require(ProviderCatalogue.entry(id: name))
        let needed = entry.variables.filter { $0.fallback == nil }.map(\.name)
        return ClientRegistration(
            provider: try entry.described(with: settings.filter { needed.contains($0.key) }), clientID: "client",
            clientSecret: Secret(secret), redirectURI: redirectURI)
    }

    /// Where an account's addresses are, for providers that have them there.
    static func accountHost(_ name: String) -> String? { accountHosts[name] }

    /// How an answer to a refresh ends.
    static func outcome(_ name: String, _ status: Int, _ body: String) async throws -> TokenOutcome {
        await Fixtures.client(ScriptedTransport(status, body)).refresh(
            try app(name), refreshToken: Secret("R"), accountHost: accountHost(name), scope: nil)
    }
}
