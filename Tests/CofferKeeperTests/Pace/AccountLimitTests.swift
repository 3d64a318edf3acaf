// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `The limit of an account's API` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// A provider of another process, and the clock that it waits on.
    private func provider(
        _ world: KeeperWorld, of member: IdentityText? = nil
    ) async throws -> (VaultCredentialProvider, NappingClock) {
        let clock = NappingClock()
        var effects = world.effects()
        effects.clock = clock
        let keeper: Keeper
        if let member {
            keeper = try await world.keeper(of: member, clock: clock)
        } else {
            keeper = try await Keeper.open(world.location, effects: effects)
        }
        return (VaultCredentialProvider(keeper: keeper, transport: world.transport), clock)
    }

    @Test func `is one for an issuer's process, a reader's and the token requests`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let member = try await world.join("reader", .reader)
            let (issuer, issuerClock) = try await provider(world)
            let (reader, readerClock) = try await provider(world, of: member)
            let request = CredentialRequest(path: Self.acme)
            let credential = try await issuer.credential(for: request)
            for _ in 0..<120 {
                try await issuer.wait(for: credential, atMost: .seconds(120))
                try await reader.wait(for: try await reader.credential(for: request), atMost: .seconds(120))
            }
            // 240 requests at seven a second, whoever sent them: each clock only moves as its owner waits. They take half a
            // minute, of which the machine, whose own clock goes on, may stand still for a part.
            #expect(issuerClock.now.offset > .seconds(5))
            #expect(readerClock.now.offset > .seconds(5))
            let other = NappingClock()
            var effects = world.effects()
            effects.clock = other
            _ = try await Keeper.open(world.location, effects: effects).refresh(.forced(Self.acme))
            #expect(other.now.offset > .seconds(5))
        }
    }

    /// The app has the pace that amoCRM was taken to have when it was added; a reader goes by what is built in.
    @Test func `is one for a reader also where the app was added with other figures`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            var old = ProviderCatalogue.amocrm
            let limit = RateLimit(amount: 7, interval: .milliseconds(1030), burst: 1, scope: .sourceAddress)
            (old.rateLimit, old.apiRateLimits) = (limit, [limit])
            let path = KeeperWorld.path("main/old/acme")
            let provided = old
            let found = try await world.found(path) { ($0.providerID, $0.provider) = (nil, provided) }
            _ = try await world.keeper().confirm(found)
            let member = try await world.join("reader", .reader)
            let (issuer, _) = try await provider(world)
            let (reader, readerClock) = try await provider(world, of: member)
            let request = CredentialRequest(path: path)
            let credential = try await issuer.credential(for: request)
            // 210 of the issuer's, whose clock alone moves with them, are half a minute for the reader, of which the machine
            // may stand still for a part.
            for _ in 0..<210 { try await issuer.wait(for: credential, atMost: .seconds(120)) }
            try await reader.wait(for: try await reader.credential(for: request), atMost: .seconds(120))
            #expect(readerClock.now.offset > .seconds(5))
        }
    }

    @Test func `lets nobody wait who has no time, and says how long it would be`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (one, clock) = try await provider(world)
            let credential = try await one.credential(for: CredentialRequest(path: Self.acme))
            await one.report(limited: credential, retryAfter: .seconds(40))
            let error = await #expect(throws: CredentialError.self) {
                try await one.wait(for: credential, atMost: .seconds(30))
            }
            #expect(error?.code == .busy && error?.retryAfter == .seconds(40))
            #expect(clock.naps == 0)
        }
    }

    @Test func `is lower for all when one was told that it is too fast`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (first, _) = try await provider(world)
            let (second, clock) = try await provider(world)
            let credential = try await first.credential(for: CredentialRequest(path: Self.acme))
            await first.report(limited: credential, retryAfter: .seconds(60))
            try await second.wait(for: credential, atMost: .seconds(120))
            #expect(clock.now.offset > .seconds(30))
        }
    }

    @Test(arguments: [true, false])
    func `is what was last known while the vault can't be read, and nobody fails for it`(_ isKnown: Bool) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let clock = NappingClock()
            var effects = world.effects()
            effects.clock = clock
            let life = Life()
            var store = WatchedStore(try SQLiteStore.open(world.location.vaultPath), life: life)
            // Everything is read each time.
            store.tellsOfChanges = false
            let vault = try await Vault.unlock(store, with: world.location.identity.read(), now: { world.time.now })
            let provider = VaultCredentialProvider(
                keeper: Keeper(vault: vault, effects: effects), transport: world.transport)
            let credential = try await provider.credential(for: CredentialRequest(path: Self.acme))
            if isKnown { try await provider.wait(for: credential, atMost: .seconds(120)) }
            life.endNow()
            for _ in 0..<40 { try await provider.wait(for: credential, atMost: .seconds(120)) }
            #expect((clock.naps > 0) == isKnown)
        }
    }

    @Test func `is remembered for so many accounts and no more`() throws {
        let memory = PacedAPIMemory()
        for number in 0..<(PacedAPIMemory.capacity + 100) {
            memory.remember(nil, of: KeeperWorld.path("main/crm/account-\(number)"), at: nil)
        }
        #expect(memory.count == PacedAPIMemory.capacity)
    }

    @Test func `holds nobody back where none is known`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await world.keeper().put(KeeperWorld.path("main/npm"), Secret("made-up"))
            let (one, clock) = try await provider(world)
            let secret = try await one.credential(for: CredentialRequest(path: KeeperWorld.path("main/npm")))
            for _ in 0..<50 { try await one.wait(for: secret, atMost: .seconds(120)) }
            await one.report(limited: secret, retryAfter: .seconds(9))
            try await one.wait(for: secret, atMost: .seconds(120))
            #expect(clock.naps == 0)
        }
    }
}
