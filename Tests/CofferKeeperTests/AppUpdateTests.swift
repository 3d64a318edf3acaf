// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `An app whose provider is described anew` {
    private static let app = KeeperWorld.app

    /// amoCRM, had it another address for tokens.
    private static func moved() throws -> CatalogueEntry {
        var entry = try #require(ProviderCatalogue.entry(id: "amocrm"))
        entry.description.endpoints.token = "https://{account}/oauth9/access_token"
        entry.description.refreshTokens.retryAfterLostAnswer = false
        return entry
    }

    @Test func `is updated with its sandbox and what was known better, and keeps secret and connections`() async throws
    {
        let known = RefreshTokenBehaviour(rotation: .sometimes)
        try await KeeperWorld.with(accounts: ["acme"], refreshTokens: known) { world in
            let keeper = try await world.keeper()
            let secret = try await keeper.get(Self.app, field: "client_secret")
            let token = try await world.token("acme")
            let update = try await keeper.proposeUpdate(Self.app, from: Self.moved())
            #expect(update.changesAnything)
            #expect(update.proposed.endpoints.token == "https://{account}/oauth9/access_token")
            #expect(update.proposed.refreshTokens == known)
            #expect(update.proposed.domains == update.pinned.domains)
            #expect(try await keeper.pinnedProvider(of: Self.app) == update.pinned)
            try await keeper.apply(update, remark: "made up")
            let other = try await world.keeper()
            #expect(try await other.pinnedProvider(of: Self.app) == update.proposed)
            let kept = try await other.get(Self.app, field: "client_secret")
            #expect(kept == secret)
            #expect(try await world.token("acme") == token)
            let again = try await other.proposeUpdate(Self.app, from: Self.moved())
            #expect(!again.changesAnything)
        }
    }

    @Test func `is not updated if it was written since it was shown`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let (one, other) = (try await world.keeper(), try await world.keeper())
            let update = try await one.proposeUpdate(Self.app, from: Self.moved())
            let sooner = try await other.proposeUpdate(Self.app, from: Self.moved(), allowingPrivateNetwork: true)
            try await other.apply(sooner, remark: "made up")
            await #expect(throws: VaultError(.conflict, "")) { try await one.apply(update, remark: "made up") }
            let record = try AppRecord(try await one.entry(Self.app, .app))
            #expect(record.registration?.trust.allowsPrivateNetwork == true)
        }
    }

    @Test func `is updated by nobody without an issuer's rights`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let reader = try await world.keeper(of: world.join("reader", .reader))
            await #expect(throws: KeeperError(.notPermitted, "")) {
                try await reader.proposeUpdate(Self.app, from: Self.moved())
            }
        }
    }

    @Test func `says how its API wants tokens from then on, to readers as well`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let path = KeeperWorld.path("main/crm/acme")
            let before = try await keeper.token(path).credential.header
            #expect(before == nil)
            var entry = try Self.moved()
            entry.description.tokenPresentation = .header(name: "X-Made-Up")
            try await keeper.apply(try await keeper.proposeUpdate(Self.app, from: entry), remark: "made up")
            let reader = try await world.keeper(of: world.join("reader", .reader))
            for other in [try await world.keeper(), reader] {
                let header = try await other.token(path).credential.header
                #expect(header == TokenHeader(field: "X-Made-Up"))
            }
        }
    }

    /// What an older program added does not say what it was made with.
    @Test func `moves no sandbox's app to the provider itself`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            let entry = try await keeper.entry(Self.app, .app)
            var record = try AppRecord(entry)
            record.storedOrigin = nil
            _ = try await keeper.vault.commit(WriteBatch(.addApp, drafts: [record.draft(replacing: entry)]))
            await #expect(throws: KeeperError(.usage, "")) {
                try await keeper.proposeUpdate(Self.app, from: Self.moved())
            }
            #expect(try await keeper.differs(Self.app, from: Self.moved()) == nil)
        }
    }
}
