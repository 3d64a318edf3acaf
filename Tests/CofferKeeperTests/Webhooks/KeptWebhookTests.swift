// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(2))) struct `A webhook of an app in the vault` {
    private static func request(_ target: String, token: String? = nil) throws -> WebhookRequest {
        var headers: [(name: String, value: String)] = []
        if let token { headers.append(("X-Auth-Token", token)) }
        return try WebhookRequest(target: target, headers: headers, body: Secret(""))
    }

    private static func code(_ body: () async throws -> CheckedWebhook) async throws -> WebhookError.Code? {
        do {
            _ = try await body()
            return nil
        } catch let error as WebhookError {
            return error.code
        }
    }

    @Test func `is proven with its client_secret, for its account, and recorded before it is told`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let notice = try Self.request("/hook?\(world.sandbox.removalNotice(account: "acme"))")
            let keeper = try await world.keeper()
            let checked = try await keeper.check(notice, at: KeeperWorld.app)
            let account = try await keeper.status().first { $0.path == "main/crm/acme" }?.accountID
            #expect(checked.name == "removal")
            #expect(checked.accountID == account)
            let own = try await keeper.check(notice, at: KeeperWorld.path("main/crm/acme"), named: "removal")
            #expect(own.connection == KeeperWorld.path("main/crm/acme"))
            #expect(
                try await Self.code { try await keeper.check(notice, at: KeeperWorld.path("main/crm/birch")) }
                    == .foreign)
            let events = try await keeper.auditEvents(AuditFilter(), limit: nil).events
            #expect(events.count { $0.details?["webhook"] == "removal" } == 2)
        }
    }

    @Test func `with a one-time token is believed once, by a program of its own too`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let transport = world.transport
            let provider = VaultCredentialProvider(keeper: try await world.keeper(), transport: transport)
            let request = try Self.request("/", token: world.sandbox.widgetToken(account: "acme"))
            let checked = try await provider.check(request, for: KeeperWorld.app, named: "widget")
            #expect(checked.tokenID != nil)
            #expect(try await Self.code { try await provider.check(request, for: KeeperWorld.app) } == .replayed)
            let other = try Self.request("/", token: world.sandbox.widgetToken(account: "acme"))
            _ = try await provider.check(other, for: KeeperWorld.app)
            world.time.advance(by: 3600)
            let late = try Self.request("/", token: world.sandbox.widgetToken(account: "acme"))
            world.time.advance(by: 1860)
            #expect(try await Self.code { try await provider.check(late, for: KeeperWorld.app) } == .outdated)
            await #expect(throws: CredentialError.self) {
                try await provider.check(request, for: KeeperWorld.path("main/none"))
            }
        }
    }

    @Test func `needs the static secret of its own where it has one`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            let key = KeeperWorld.path("main/channel")
            _ = try await keeper.put(key, Secret("5a44c5dff55f3c15a4cce8d7c4cc27e207c7e189"))
            let body = #"{"account_id":"af9945ff","time":1639572260,"message":{"text":"made up"}}"#
            let request = try WebhookRequest(
                target: "/", headers: [("X-Signature", "c69678b4bb66affe421a4e76d583ffb3a8e0f029")], body: Secret(body))
            #expect(try await keeper.check(request, at: KeeperWorld.app, keyPath: key).coversBody)
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.check(request, at: KeeperWorld.app) }
        }
    }

    @Test(arguments: [TaintStrength.hold, .serve])
    func `is not proven with a static secret of its own that leaked`(taint: TaintStrength) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            let key = KeeperWorld.path("main/channel")
            _ = try await keeper.put(key, Secret("5a44c5dff55f3c15a4cce8d7c4cc27e207c7e189"))
            let body = #"{"account_id":"af9945ff","time":1639572260,"message":{"text":"made up"}}"#
            func request(_ signature: String) throws -> WebhookRequest {
                try WebhookRequest(target: "/", headers: [("X-Signature", signature)], body: Secret(body))
            }
            let signed = try request("c69678b4bb66affe421a4e76d583ffb3a8e0f029")
            let id = try await keeper.openRotation(of: key, taint: taint)
            _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            #expect(
                try await Self.code { try await keeper.check(signed, at: KeeperWorld.app, keyPath: key) } == .leaked)
            let other = try request("c69678b4bb66affe421a4e76d583ffb3a8e0f028")
            #expect(try await Self.code { try await keeper.check(other, at: KeeperWorld.app, keyPath: key) } == .wrong)
            let person = ScriptedOperator([{ "made-up-new-channel-secret" }])
            _ = try await keeper.resumeRotation(id, operator: person)
            #expect(try await Self.code { try await keeper.check(signed, at: KeeperWorld.app, keyPath: key) } == .wrong)
        }
    }

    @Test func `is proven with a static secret's new value from when that is sealed`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            let path = KeeperWorld.path("main/channel")
            _ = try await keeper.put(path, Secret("made-up-present"))
            var secret = try StaticSecret(try await keeper.entry(path, .secret))
            secret.pending = Secret("made-up-new")
            #expect(WebhookKeys(of: secret).good == [Secret("made-up-present"), Secret("made-up-new")])
            #expect(WebhookKeys(of: secret).leaked == [])
            secret.taintStrength = .serve
            #expect(WebhookKeys(of: secret).good == [Secret("made-up-new")])
            #expect(WebhookKeys(of: secret).leaked == [Secret("made-up-present")])
            secret.pendingWasRefused = true
            #expect(WebhookKeys(of: secret).good == [])
            secret.taintStrength = nil
            secret.retired = Secret("made-up-old")
            #expect(WebhookKeys(of: secret).leaked == [Secret("made-up-old")])
        }
    }

    /// The secret is replaced as an operator's click would, and what was made with the old one comes late.
    @Test func `made with a secret that leaked or was replaced is told from a wrong one`() throws {
        let registration = ClientRegistration(
            provider: ProviderCatalogue.amocrm, clientID: "client", clientSecret: Secret("made-up-present"))
        var app = AppRecord(registration: registration, scope: nil)
        #expect(WebhookKeys(of: app).good == [Secret("made-up-present")])
        #expect(WebhookKeys(of: app).leaked == [])
        app.taintEpoch = 1
        app.pendingSecret = Secret("made-up-new")
        #expect(WebhookKeys(of: app).good == [Secret("made-up-new")])
        #expect(WebhookKeys(of: app).leaked == [Secret("made-up-present")])
        app.secretEpoch = 1
        app.pendingSecret = nil
        app.retiredSecret = Secret("made-up-old")
        #expect(WebhookKeys(of: app).good == [Secret("made-up-present")])
        #expect(WebhookKeys(of: app).leaked == [Secret("made-up-old")])
    }

    @Test func `that came is remembered until it ends`() throws {
        let seen = SeenTokens()
        let noon = Date(timeIntervalSince1970: 1_800_000_000)
        try seen.note("a", of: "1", until: noon + 60, now: noon)
        try seen.note("a", of: "2", until: noon + 60, now: noon)
        #expect(throws: WebhookError.self) { try seen.note("a", of: "1", until: noon + 60, now: noon) }
        for number in 2..<(1 << 16) { try seen.note("b\(number)", of: "1", until: noon + 60, now: noon) }
        #expect(throws: WebhookError.self) { try seen.note("c", of: "1", until: noon + 60, now: noon) }
        try seen.note("c", of: "1", until: noon + 120, now: noon + 61)
    }
}
