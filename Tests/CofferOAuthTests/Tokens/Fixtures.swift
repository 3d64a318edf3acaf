// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferOAuth

/// Clients and times that the suites share.
enum Fixtures {
    static let moment = Date(timeIntervalSince1970: 1_800_000_000)
    static let refreshToken = Secret("def50200aabbccddeeff")
    static let clientSecret = Secret("marker-client-secret-0123456789")

    static let amocrm = ClientRegistration(
        provider: ProviderCatalogue.amocrm, clientID: "uuid-1", clientSecret: clientSecret,
        redirectURI: "https://example.com/cb")
    static let bitrix24 = ClientRegistration(
        provider: ProviderCatalogue.bitrix24, clientID: "local.1", clientSecret: clientSecret)

    static var generic: ClientRegistration { generic(.basicFormEncoded) }

    static func generic(
        _ style: ProviderDescription.ClientAuthenticationStyle,
        change: (inout ProviderDescription) -> Void = { _ in }
    ) -> ClientRegistration {
        var provider = ProviderDescription(
            id: "example", displayName: "Example", issuer: "https://as.example.com",
            endpoints: Endpoints(
                authorization: "https://as.example.com/authorize", token: "https://as.example.com/token",
                revocation: "https://as.example.com/revoke", introspection: "https://as.example.com/introspect"),
            domains: ["as.example.com"], clientAuthentication: style, accountLookup: .idToken)
        change(&provider)
        return ClientRegistration(provider: provider, clientID: "client", clientSecret: clientSecret)
    }

    static func client(_ transport: any HTTPTransport) -> TokenClient {
        TokenClient(transport: transport, now: { moment })
    }

    /// Refreshes at amoCRM with one scripted answer.
    static func refresh(
        _ registration: ClientRegistration, _ status: Int, _ body: String,
        headers: [(name: String, value: String)] = []
    ) async -> TokenOutcome {
        await client(ScriptedTransport(status, body, headers: headers)).refresh(
            registration, refreshToken: refreshToken, accountHost: "acme.amocrm.ru", scope: nil)
    }

    /// Exchanges a code with one scripted answer.
    static func exchange(_ registration: ClientRegistration, _ status: Int, _ body: String) async -> TokenOutcome {
        await client(ScriptedTransport(status, body)).exchange(
            registration, code: Secret("C"), verifier: nil, redirectURI: registration.redirectURI,
            accountHost: "acme.amocrm.ru", resource: nil)
    }
}

extension TokenOutcome {
    /// The outcome without its sentence.
    var summary: String {
        switch self {
        case .accepted: "accepted"
        case .refused(let refusal): "refused \(refusal.kind.rawValue)"
        case .unprocessed(let setback): "unprocessed \(setback.kind.rawValue)"
        case .notSent: "notSent"
        case .indeterminate: "indeterminate"
        case .senseless: "senseless"
        }
    }

    var tokens: IssuedTokens? { if case .accepted(let tokens) = self { tokens } else { nil } }

    var sentence: String {
        switch self {
        case .accepted: ""
        case .refused(let refusal): refusal.message
        case .unprocessed(let setback): setback.message
        case .notSent(let text), .indeterminate(let text), .senseless(let text): text
        }
    }
}
