// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `Connecting` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    @Test func `three accounts gives each its own token`() async throws {
        try await KeeperWorld.with { world in
            let views = try await world.keeper().status()
            #expect(views.map(\.path) == ["main/crm/acme", "main/crm/birch", "main/crm/cedar"])
            #expect(views.allSatisfy { $0.state == "active" })
            #expect(Set(views.map(\.accountID)).count == 3)
            let tokens = try await [world.token("acme"), world.token("birch"), world.token("cedar")]
            #expect(Set(tokens).count == 3)
        }
    }

    @Test(arguments: ["state=not-the-one", "referer=evil.example", "referer=amocrm.localhost.evil.example:443"])
    func `with a callback that is not the attempt's sends nothing`(change: String) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let attempt = try AuthorizationAttempt(try await world.keeper().registration(forConnecting: Self.acme))
            let state = try #require(attempt.state).withExposedText { $0 }
            let callback = try world.sandbox.authorize(account: "acme", state: state).callbackURL
            let name = change.prefix { $0 != "=" }
            let parts = callback.split(separator: "?", maxSplits: 1)
            let query = parts[1].split(separator: "&").map { $0.hasPrefix("\(name)=") ? Substring(change) : $0 }
            #expect(query.joined(separator: "&") != parts[1])
            let expected: OAuthError.Code = name == "state" ? .callbackMismatch : .refusedHost
            #expect(throws: OAuthError(expected, "")) {
                try CallbackParser(attempt).parse("\(parts[0])?\(query.joined(separator: "&"))")
            }
            #expect(world.sandbox.log.requests(for: .token).isEmpty)
            #expect(try await world.keeper().status().isEmpty)
        }
    }

    @Test func `hands nothing out before the account is confirmed`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let found = try await world.found("acme")
            #expect(try await world.state("acme") == "parked")
            await #expect(throws: OAuthError(.needsReauthorization, "")) { try await world.token("acme") }
            try await world.keeper().discard(found)
            #expect(try await world.keeper().status().isEmpty)
        }
    }

    @Test func `another account at a path changes nothing until it is confirmed`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let before = try await world.token("acme")
            let keeper = try await world.keeper()
            let id = try #require(try await keeper.status().first?.accountID)
            let found = try await world.found("birch", at: "acme")
            #expect(found.replacesAccountID == id)
            #expect(try await world.token("acme") == before)
            try await keeper.discard(found)
            #expect(try await world.token("acme") == before)
            #expect(try await keeper.status().first?.accountID == id)
            let again = try await world.found("birch", at: "acme")
            #expect(try await keeper.confirm(again).accountID == again.accountID)
            #expect(try await world.token("acme") != before)
        }
    }

    @Test func `confirms the account that was shown and not one that was found after it`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let birch = try await world.found("birch", at: "acme")
            let cedar = try await world.found("cedar", at: "acme")
            let keeper = try await world.keeper()
            #expect(try await keeper.confirm(birch).accountID == birch.accountID)
            #expect(birch.accountID != cedar.accountID)
            try await keeper.discard(birch)
            await #expect(throws: KeeperError(.notFound, "")) { try await keeper.confirm(birch) }
            #expect(try await keeper.confirm(cedar).accountID == cedar.accountID)
        }
    }

    @Test func `keeps the pair although the app's entry is written meanwhile`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let gate = GatedTransport(network: world.transport)
            let connecting = try await world.keeper(transport: gate)
            async let found = world.found("birch", with: connecting)
            await gate.waitForRequest()
            let keeper = try await world.keeper()
            let entry = try await keeper.entry(KeeperWorld.app, .app)
            _ = try await keeper.vault.commit(
                WriteBatch(.addApp, drafts: [AppRecord(entry).draft(replacing: entry)]))
            gate.open()
            #expect(try await keeper.confirm(found).state == "active")
        }
    }

    @Test func `keeps tokens that came while it was interrupted`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let gate = GatedTransport(network: world.transport)
            let connecting = try await world.keeper(transport: gate)
            let task = Task { try await world.found("acme", with: connecting) }
            await gate.waitForRequest()
            task.cancel()
            gate.open()
            let found = try await task.value
            #expect(try await world.state("acme") == "parked")
            #expect(try await world.keeper().confirm(found).state == "active")
        }
    }

    @Test func `at a path that holds something else asks nobody`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            try await keeper.put(Self.acme, Secret("made-up"))
            await #expect(throws: KeeperError(.wrongKind, "")) {
                try await keeper.registration(forConnecting: Self.acme)
            }
        }
    }

    /// Removes the connection whose refresh token is to be imported.
    private static func removed(_ world: KeeperWorld) async throws -> (keeper: Keeper, token: String, host: String) {
        let token = try await world.refreshToken("acme")
        let host = try #require(try await world.keeper().status().first?.accountURL?.dropFirst(8))
        let keeper = try await world.keeper()
        try await keeper.remove(acme)
        return (keeper, token, String(host))
    }

    @Test func `an imported refresh token is spent at once and serves`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (keeper, token, host) = try await Self.removed(world)
            let found = try await keeper.importRefreshToken(Self.acme, Secret(token), accountHost: host)
            _ = try await keeper.confirm(found)
            #expect(world.presented(token) == 1)
            #expect(try await world.state("acme") == "active")
            #expect(try await ConnectionRecord(keeper.entry(Self.acme, .connection)).wasConfirmed)
            // It is spent now: nobody sends it again, under whatever name.
            let other = KeeperWorld.path("main/crm/other")
            await #expect(throws: OAuthError(.spent, "")) {
                try await keeper.importRefreshToken(other, Secret(token), accountHost: host)
            }
            #expect(world.presented(token) == 1)
        }
    }

    @Test func `an imported refresh token brings nothing into force before its account is confirmed`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (keeper, token, host) = try await Self.removed(world)
            let found = try await keeper.importRefreshToken(Self.acme, Secret(token), accountHost: host)
            #expect(try await world.state("acme") == "parked")
            await #expect(throws: OAuthError(.needsReauthorization, "")) { try await world.token("acme") }
            #expect(try await keeper.refresh(.all).isEmpty)
            // The question was interrupted: it is asked again, and the token is not sent.
            let later = try await world.keeper()
            let again = try await later.importRefreshToken(Self.acme, Secret(token), accountHost: host)
            #expect(again.accountID == found.accountID && again.expiresAt == found.expiresAt)
            await #expect(throws: OAuthError(.spent, "")) {
                try await later.importRefreshToken(
                    KeeperWorld.path("main/crm/other"), Secret(token), accountHost: host)
            }
            #expect(world.presented(token) == 1)
            #expect(try await later.confirm(again).state == "active")
            let served = try await world.token("acme")
            #expect(!served.isEmpty)
            await #expect(throws: OAuthError(.spent, "")) {
                try await later.importRefreshToken(Self.acme, Secret(token), accountHost: host)
            }
        }
    }

    /// Where only the provider's API tells whose a token is: as after a login, it is asked once the token is known to work.
    @Test(arguments: [
        ((200, #"{"user":{"id":"42"}}"#), "42"), ((503, "{}"), nil), ((200, #"{"user":{"id":"4\u00002"}}"#), nil),
    ]) func `an imported refresh token is asked whose it is`(answer: (Int, String), id: String?) async throws {
        let path = KeeperWorld.path("main/as/two")
        let pair = (200, #"{"access_token":"made-up-second","refresh_token":"made-up-2","expires_in":3600}"#)
        // The first answer is for the connection that is there already.
        let script = DescribedWorld.Script([(200, #"{"user":{"id":"1"}}"#), pair, answer])
        try await DescribedWorld.with([], over: script) {
            $0.accountLookup = .api(path: "https://api.as.example/me", idField: "user.id", scheme: nil)
        } _: { keeper, _ in
            let found = try await keeper.importRefreshToken(path, Secret("made-up-1"))
            #expect(found.accountID == id)
            #expect(try await keeper.confirm(found).accountID == id)
            #expect(try await keeper.pair(path).connection.refreshToken == Secret("made-up-2"))
            #expect(script.requests.map { $0.prefix { $0 != " " } } == ["/me", "/token", "/me"])
        }
    }

    @Test func `an imported token that is refused leaves no connection`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let host = try #require(try await world.keeper().status().first?.accountURL?.dropFirst(8))
            let other = KeeperWorld.path("main/crm/other")
            await #expect(throws: OAuthError(.needsReauthorization, "")) {
                try await world.keeper().importRefreshToken(other, Secret("made-up"), accountHost: String(host))
            }
            #expect(try await world.keeper().status().map(\.path) == ["main/crm/acme"])
            await #expect(throws: OAuthError(.refusedHost, "")) {
                try await world.keeper().importRefreshToken(other, Secret("made-up"), accountHost: "evil.example")
            }
        }
    }

    @Test func `an import whose process dies leaves a connection that says where it stands`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let token = try await world.refreshToken("acme")
            let host = try #require(try await world.keeper().status().first?.accountURL?.dropFirst(8))
            try await world.keeper().remove(Self.acme)
            let life = Life(endingAt: 3, .after)
            let doomed = try await world.keeper(
                watched: { WatchedStore($0, life: life) },
                transport: MortalTransport(network: world.transport, life: life))
            _ = try? await doomed.importRefreshToken(Self.acme, Secret(token), accountHost: String(host))
            await doomed.landed()
            #expect(life.isOver)
            world.time.advance(by: 120)
            #expect(try await world.state("acme") == "indeterminate")
            _ = try await world.keeper().refresh(.forced(Self.acme))
            #expect(try await world.state("acme") == "needs_reauthorization")
            #expect(world.presented(token) == 2)
        }
    }

    @Test func `an app with connections is not removed, and one without is`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.remove(KeeperWorld.app) }
            try await keeper.remove(Self.acme)
            try await keeper.remove(KeeperWorld.app)
            #expect(try await keeper.list().isEmpty)
            await #expect(throws: KeeperError(.notFound, "")) { try await keeper.remove(KeeperWorld.app) }
        }
    }

    @Test func `an app needs a known provider, a client id and a secret that is one`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let (keeper, path) = (try await world.keeper(), KeeperWorld.path("main/other"))
            var new = NewApp(clientID: "id")
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.addApp(path, new) }
            new.providerID = "nobody"
            await #expect(throws: KeeperError(.unknownProvider, "")) { try await keeper.addApp(path, new) }
            new.providerID = "amocrm"
            new.clientSecret = Secret("")
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.addApp(path, new) }
            new = NewApp(clientID: "two words")
            new.providerID = "amocrm"
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.addApp(path, new) }
            new = NewApp(clientID: "id")
            new.issuer = "http://as.example"
            await #expect(throws: OAuthError(.plainHTTP, "")) { try await keeper.addApp(path, new) }
            await #expect(throws: KeeperError(.exists, "")) { try await keeper.addApp(KeeperWorld.app, new) }
            #expect(try await keeper.apps().map(\.path) == ["main/crm"])
        }
    }
}
