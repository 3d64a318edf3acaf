// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSandbox
import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `A reader` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    /// Longer than is left, and less than what a token lives.
    private static let long = Duration.seconds(77_000)

    @Test func `is handed a token that serves, and sends nothing`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let reader = try await world.keeper(of: world.join("reader", .reader))
            world.sandbox.log.clear()
            let handout = try await reader.token(Self.acme)
            let token = try await world.token("acme")
            #expect(handout.credential.value == Secret(token))
            #expect(try await world.wishes().isEmpty && world.requestCount == 0)
        }
    }

    @Test func `waits for a token that is not due, until an issuer's process fulfils the wish`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let first = try await world.token("acme")
            world.time.advance(by: 10_000)
            world.sandbox.log.clear()
            let issuer = try await world.keeper(of: world.join("issuer", .issuer))
            let clock = NappingClock { nap in
                guard nap == 3 else { return }
                let lines = try await issuer.refresh(.due)
                #expect(lines.map(\.path) == [Self.acme])
                #expect(lines.map(\.outcome) == [.refreshed] && lines.map(\.wishCount) == [1])
            }
            let reader = try await world.keeper(of: world.join("reader", .reader), clock: clock)
            let handout = try await reader.token(Self.acme, minimumValidity: Self.long)
            let second = try await world.token("acme")
            #expect(handout.credential.value == Secret(second) && second != first)
            #expect(clock.naps == 3 && world.requestCount == 1)
            #expect(try await world.wishes().isEmpty)
        }
    }

    @Test func `alone with a token that is over is told so, and its wish is left`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 86_401)
            let clock = NappingClock()
            let reader = try await world.keeper(of: world.join("reader", .reader), clock: clock)
            await #expect(throws: KeeperError(.needsIssuer, "")) { try await reader.token(Self.acme) }
            #expect(clock.now.offset == Keeper.issuerWait)
            let wishes = try await world.keeper().vault.wishes()
            #expect(wishes.valid.map(\.kind) == [.refresh] && wishes.void.isEmpty)
            // Without a wait nothing but the wish; it takes the place of the one before.
            let naps = clock.naps
            await #expect(throws: KeeperError(.needsIssuer, "")) {
                try await reader.token(Self.acme, minimumValidity: .seconds(60), wait: .zero)
            }
            #expect(clock.naps == naps)
            #expect(try await world.keeper().vault.wishes().valid.map(\.validForMilliseconds) == [60_000])
        }
    }

    @Test func `in the hard window takes the present token if nobody comes, and is told`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let first = try await world.token("acme")
            world.time.advance(by: 86_400 - 30)
            let reader = try await world.keeper(of: world.join("reader", .reader), clock: NappingClock())
            let handout = try await reader.token(Self.acme)
            #expect(handout.credential.value == Secret(first) && handout.note?.contains("30 more seconds") == true)
            await #expect(throws: KeeperError(.needsIssuer, "")) {
                try await reader.token(Self.acme, minimumValidity: .seconds(31))
            }
        }
    }

    @Test func `whose token was rejected wishes for another`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 4000)
            let issuer = try await world.keeper()
            let clock = NappingClock { nap in
                guard nap == 2 else { return }
                let wishes = try await world.wishes()
                #expect(wishes.count == 1)
                let lines = try await issuer.refresh(.due)
                #expect(lines.map(\.outcome) == [.refreshed])
            }
            let reader = try await world.keeper(of: world.join("reader", .reader), clock: clock)
            let first = try await reader.token(Self.acme).credential
            // Of a value that never was ours nothing follows.
            try await reader.report(rejected: Credential(path: Self.acme, value: Secret("made-up"), version: 1))
            #expect(clock.naps == 0)
            try await reader.report(rejected: first)
            let second = try await reader.token(Self.acme).credential
            #expect(second.value != first.value && second.version == first.version + 1)
        }
    }

    @Test func `is not kept waiting for what only a person can mend`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            try world.sandbox.revokeAccess(of: "acme")
            world.time.advance(by: 86_401)
            let clock = NappingClock { nap in
                guard nap == 1 else { return }
                let lines = try await world.keeper().refresh(.due)
                #expect(lines.map(\.outcome) == [.failed])
            }
            let reader = try await world.keeper(of: world.join("reader", .reader), clock: clock)
            await #expect(throws: KeeperError(.needsReauthorization, "")) { try await reader.token(Self.acme) }
            #expect(clock.naps == 1)
            // What can't be fulfilled is not looked at again.
            #expect(try await world.wishes().isEmpty)
            await #expect(throws: KeeperError(.needsReauthorization, "")) { try await reader.token(Self.acme) }
            #expect(try await world.wishes().isEmpty)
        }
    }

    @Test func `can't refresh, whatever it calls`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 86_401)
            let reader = try await world.keeper(of: world.join("reader", .reader))
            world.sandbox.log.clear()
            for selection: RefreshSelection in [.due, .all, .forced(Self.acme)] {
                await #expect(throws: KeeperError(.notPermitted, "")) { try await reader.refresh(selection) }
            }
            #expect(world.requestCount == 0)
        }
    }
}
