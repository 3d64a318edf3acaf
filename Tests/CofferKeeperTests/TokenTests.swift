// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `A token` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    @Test func `that is fresh is handed out without asking the server`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.sandbox.log.clear()
            let first = try await world.token("acme")
            #expect(try await world.token("acme") == first)
            #expect(world.sandbox.log.records.isEmpty)
        }
    }

    @Test func `in its hard window is refreshed before it is handed out`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let first = try await world.token("acme")
            world.time.advance(by: 86400 - 30)
            let second = try await world.token("acme")
            #expect(second != first)
            #expect(world.sandbox.log.requests(for: .token, account: "acme").count == 2)
        }
    }

    @Test func `in its soft window is handed out, and refreshed behind`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let first = try await world.token("acme")
            world.time.advance(by: 86400 - 300)
            let gate = GatedTransport(network: world.transport)
            let keeper = try await world.keeper(transport: gate)
            #expect(try await keeper.token(Self.acme).credential.value == Secret(first))
            gate.open()
            await keeper.landed()
            #expect(try await world.token("acme") != first)
            #expect(world.sandbox.log.requests(for: .token, account: "acme").count == 2)
        }
    }

    @Test func `that is due is refreshed once, and what is not is left alone`() async throws {
        try await KeeperWorld.with { world in
            let keeper = try await world.keeper()
            #expect(try await keeper.refresh(.due).isEmpty)
            world.time.advance(by: 86400 - 800)
            let lines = try await keeper.refresh(.due)
            #expect(lines.map(\.outcome) == [.refreshed, .refreshed, .refreshed])
            #expect(try await keeper.refresh(.due).isEmpty)
        }
    }

    @Test func `that is shorter than asked is an error only for who insists`() async throws {
        try await KeeperWorld.with(accounts: ["acme"], lifetime: .seconds(600)) { world in
            let keeper = try await world.keeper()
            #expect(try await keeper.token(Self.acme, minimumValidity: .seconds(3600)).credential.expiresAt != nil)
            await #expect(throws: KeeperError(.tooShort, "")) {
                try await keeper.token(Self.acme, minimumValidity: .seconds(3600), isStrict: true)
            }
            _ = try await keeper.token(Self.acme, isStrict: true)
        }
    }

    @Test func `that was rejected is replaced once, and another's word changes nothing`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            world.time.advance(by: 60)
            let credential = try await keeper.token(Self.acme).credential
            let forged = Credential(path: Self.acme, value: Secret("made-up"), version: credential.version)
            world.sandbox.log.clear()
            try await keeper.report(rejected: forged)
            #expect(world.sandbox.log.records.isEmpty)
            try await keeper.report(rejected: credential)
            try await keeper.report(rejected: credential)
            #expect(world.sandbox.log.requests(for: .token).count == 1)
            #expect(try await keeper.token(Self.acme).credential.value != credential.value)
        }
    }

    @Test func `is not handed out where its event can't be written`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper { store in
                WatchedStore(store) { _, durability in
                    if durability == .flushed { throw VaultError(.diskFull, "there is no room") }
                }
            }
            await #expect(throws: VaultError(.diskFull, "")) { try await keeper.token(Self.acme) }
            await #expect(throws: VaultError(.diskFull, "")) { try await keeper.get(Self.acme, field: "refresh_token") }
            await #expect(throws: VaultError(.diskFull, "")) { try await keeper.status() }
            await #expect(throws: VaultError(.diskFull, "")) { try await keeper.list() }
            let path = KeeperWorld.path("main/npm")
            try await keeper.put(path, Secret("made-up"))
            await #expect(throws: VaultError(.diskFull, "")) { try await keeper.get(path) }
            // The exchange of a code shows the client_secret: no event, no request.
            world.sandbox.log.clear()
            await #expect(throws: VaultError(.diskFull, "")) { try await world.found("birch", with: keeper) }
            #expect(world.sandbox.log.requests(for: .token).isEmpty)
        }
    }
}
