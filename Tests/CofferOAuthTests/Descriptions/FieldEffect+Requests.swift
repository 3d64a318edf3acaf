// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferOAuth

/// What fields change in where requests go, and in what they hold.
extension FieldEffect {
    static let about: [FieldEffect] = [
        FieldEffect(field: "id", value: "other", seen: ("example", "other")) {
            // Limits and metrics are counted by it.
            PacedAPI(try $0.app, account: nil).providerID
        },
        FieldEffect(field: "name", value: "Other", seen: ("Example answered 503.", "Other answered 503.")) {
            try await $0.outcome(503, "").sentence
        },
        FieldEffect(
            field: "issuer", beside: ["authorization.iss": "true"], without: "https://other.example.com",
            value: "https://as.example.com", seen: ("callback_mismatch", "code for no host")
        ) { try $0.callback("&iss=https%3A%2F%2Fas.example.com") },
    ]

    static let endpoints: [FieldEffect] = [
        FieldEffect(
            field: "endpoints.authorization", value: "https://as.example.com/other",
            seen: ("https://as.example.com/authorize", "https://as.example.com/other")
        ) { String(try $0.authorizationURL().prefix { $0 != "?" }) },
        FieldEffect(
            field: "endpoints.token", value: "https://as.example.com/other",
            seen: ("https://as.example.com/token", "https://as.example.com/other")
        ) { try await $0.refreshRequest { $0.destination.url.description } },
        FieldEffect(
            field: "endpoints.refresh", value: "https://as.example.com/other",
            seen: ("https://as.example.com/token", "https://as.example.com/other")
        ) { try await $0.refreshRequest { $0.destination.url.description } },
        FieldEffect(
            field: "endpoints.revocation", value: "https://as.example.com/revoke",
            seen: ("nothing", "https://as.example.com/revoke")
        ) { entry in
            try await entry.asked { _ = await Fixtures.client($0).revoke($1, token: Secret("T"), hint: nil) }
        },
        FieldEffect(
            field: "endpoints.introspection", value: "https://as.example.com/ask",
            seen: ("nothing", "https://as.example.com/ask")
        ) { entry in try await entry.asked { _ = await Fixtures.client($0).introspect($1, token: Secret("T")) } },
        FieldEffect(
            field: "endpoints.registration", value: "https://as.example.com/new",
            seen: ("nothing", "https://as.example.com/new")
        ) { entry in
            try await entry.asked {
                let client = NewClient(provider: $1.provider, trust: $1.trust, name: "Coffer")
                _ = try? await RegistrationClient(transport: $0).register(client)
            }
        },
        FieldEffect(
            field: "endpoints.device_authorization", value: "https://as.example.com/device",
            seen: ("nothing", "https://as.example.com/device")
        ) { entry in try await entry.asked { _ = try? await Fixtures.client($0).deviceAuthorization($1, scopes: []) } },
        FieldEffect(
            field: "endpoints.pushed_authorization", value: "https://as.example.com/par",
            seen: ("nothing", "https://as.example.com/par")
        ) { entry in
            try await entry.asked { _ = try? await Fixtures.client($0).address(of: AuthorizationAttempt($1)) }
        },
        FieldEffect(
            field: "endpoints.userinfo", beside: ["account": "id_token"], value: "https://as.example.com/me",
            seen: ("nothing", "https://as.example.com/me")
        ) { entry in
            try await entry.asked {
                _ = await Fixtures.client($0).accountID($1, accessToken: Secret("A"), accountHost: nil)
            }
        },
    ]

    static let hosts: [FieldEffect] = [
        FieldEffect(
            field: "hosts.secrets", value: "[as.example.com, more.example.com]",
            seen: ("refused_host", "approved")
        ) { entry in
            try entry.judged { _ = try $0.approve("https://more.example.com/x") }
        },
        FieldEffect(field: "hosts.accounts", value: "under", seen: ("refused_host", "approved")) { entry in
            try entry.judged { _ = try $0.accountHost(from: "acme.as.example.com") }
        },
        FieldEffect(
            field: "hosts.account_suffixes", beside: ["hosts.accounts": "under"], value: "[accounts.example.net]",
            seen: ("refused_host", "approved")
        ) { entry in try entry.judged { _ = try $0.accountHost(from: "acme.accounts.example.net") } },
        FieldEffect(
            field: "hosts.api", value: "[api.example.net]", seen: ("refused_host", "approved")
        ) { entry in try entry.judged { _ = try $0.approveAPI("https://api.example.net/me", accountHost: nil) } },
        FieldEffect(
            field: "hosts.account_field", beside: ["hosts.accounts": "under"], value: "where.host",
            seen: ("none", "acme.as.example.com")
        ) {
            try await $0.tokens(#"{"access_token":"A","where":{"host":"acme.as.example.com"}}"#)?.accountHost ?? "none"
        },
        FieldEffect(field: "hosts.server_field", value: "server", seen: ("none", "b.as.example.com")) {
            try await $0.tokens(#"{"access_token":"A","server":"https://b.as.example.com/rest/"}"#)?.server ?? "none"
        },
    ]

    static let client: [FieldEffect] = [
        FieldEffect(
            field: "client.authentication", value: "basic", seen: ("", "Basic Y2xpZW50OnMlM0Ex")
        ) { try await $0.refreshRequest { $0.authorizationText } },
        FieldEffect(
            field: "client.body", value: "json", seen: ("application/x-www-form-urlencoded", "application/json")
        ) { try await $0.refreshRequest { $0.headers.first { $0.name == "Content-Type" }?.value ?? "none" } },
        FieldEffect(
            field: "client.redirect_on_refresh", value: "true", seen: ("none", "https%3A%2F%2Fclient.example%2Fback")
        ) { try await $0.refreshRequest { $0.field("redirect_uri") } },
        FieldEffect(
            field: "client.assertion_audience",
            beside: ["client.authentication": "private_key_jwt", "issuer": "https://as.example.com"],
            value: "token_endpoint", seen: ("https://as.example.com", "https://as.example.com/token")
        ) { entry in
            var app = try entry.app
            app.clientKey = try ClientKey(SigningKey(pem: TestKeys.ed25519))
            let transport = ScriptedTransport(200, "{}")
            _ = await Fixtures.client(transport).clientCredentials(app, scope: nil)
            let assertion = transport.requests.first?.field("client_assertion") ?? ""
            return JWTClaims(Secret(assertion))?["aud"] ?? "none"
        },
        FieldEffect(field: "client.dpop", value: "true", seen: ("false", "true")) { entry in
            let app = try entry.app
            return try NewClient(provider: app.provider, trust: app.trust, name: "Coffer").metadata.encoded
                .withExposedText { String($0.contains("dpop_bound_access_tokens")) }
        },
        FieldEffect(
            field: "client.headers", value: "{Notion-Version: \"2022-06-28\"}", seen: ("none", "2022-06-28")
        ) { try await $0.refreshRequest { $0.headers.first { $0.name == "Notion-Version" }?.value ?? "none" } },
        FieldEffect(field: "client.parameters", value: "{audience: api}", seen: ("none", "api")) {
            try await $0.refreshRequest { $0.field("audience") }
        },
    ]

    static let authorization: [FieldEffect] = [
        FieldEffect(field: "authorization.response_type", value: "false", seen: ("code", "none")) {
            try $0.authorizationField("response_type")
        },
        FieldEffect(field: "authorization.pkce", value: "false", seen: ("S256", "none")) {
            try $0.authorizationField("code_challenge_method")
        },
        FieldEffect(
            field: "authorization.state", value: "false", seen: ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "none")
        ) { try $0.authorizationField("state") },
        FieldEffect(
            field: "authorization.iss", beside: ["issuer": "https://as.example.com"], value: "true",
            seen: ("code for no host", "callback_mismatch")
        ) { try $0.callback("") },
        FieldEffect(
            field: "authorization.redirect_in_request", value: "false",
            seen: ("https%3A%2F%2Fclient.example%2Fback", "none")
        ) { try $0.authorizationField("redirect_uri") },
        FieldEffect(field: "authorization.loopback", value: "false", seen: ("listens", "unsupported")) { entry in
            let app = try entry.app
            do {
                let listener = try await LoopbackListener.open { try AuthorizationAttempt(app, redirectURI: $0) }
                await listener.stop()
                return "listens"
            } catch let error as OAuthError {
                return error.code.rawValue
            }
        },
        FieldEffect(
            field: "authorization.account_parameter", beside: ["hosts.accounts": "under"], value: "referer",
            seen: ("code for no host", "code for acme.as.example.com")
        ) { try $0.callback("&referer=acme.as.example.com") },
        FieldEffect(field: "authorization.server_parameter", value: "server", seen: ("none", "b.as.example.com")) {
            try $0.code("&server=b.as.example.com").server ?? "none"
        },
        FieldEffect(field: "authorization.parameters", value: "{access_type: offline}", seen: ("none", "offline")) {
            try $0.authorizationField("access_type")
        },
        FieldEffect(field: "authorization.offline_scope", value: "stay", seen: ("a%20b", "a%20b%20stay")) {
            try $0.authorizationField("scope")
        },
        FieldEffect(field: "authorization.scope_parameter", value: "user_scope", seen: ("none", "a%20b")) {
            try $0.authorizationField("user_scope")
        },
        FieldEffect(field: "authorization.scope_separator", value: "\",\"", seen: ("a%20b", "a%2Cb")) {
            try $0.authorizationField("scope")
        },
    ]
}

extension CatalogueEntry {
    /// What a refresh sends, as far as it is looked at.
    fileprivate func refreshRequest(_ look: (HTTPMessage) -> String) async throws -> String {
        let transport = ScriptedTransport(200, "{}")
        _ = await Fixtures.client(transport).refresh(try app, refreshToken: Secret("R"), accountHost: nil, scope: nil)
        return transport.requests.first.map(look) ?? "nothing"
    }

    /// Where a call goes.
    fileprivate func asked(
        _ call: (ScriptedTransport, ClientRegistration) async throws -> Void
    ) async throws -> String {
        let transport = ScriptedTransport(200, "{}")
        try await call(transport, app)
        return transport.requests.first?.destination.url.description ?? "nothing"
    }

    /// How the rule about hosts judges.
    fileprivate func judged(_ judge: (HostRule) throws -> Void) throws -> String {
        let app = try app
        do {
            try judge(HostRule(app.provider, trust: app.trust))
            return "approved"
        } catch let error as OAuthError {
            return error.code.rawValue
        }
    }

    /// One parameter of the address that the browser goes to.
    fileprivate func authorizationField(_ name: String) throws -> String {
        try authorizationURL().field(name, after: "?")
    }
}

extension HTTPMessage {
    /// One field of a form.
    fileprivate func field(_ name: String) -> String { ("?" + bodyText).field(name, after: "?") }
}

extension String {
    /// One field, as it is written.
    fileprivate func field(_ name: String, after mark: Character) -> String {
        let fields = split(separator: mark, maxSplits: 1).last?.split(separator: "&") ?? []
        return fields.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) } ?? "none"
    }
}
