// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSQLite
import CofferSandbox
import Foundation
import Testing

@testable import CofferKeeper
@testable import CofferVault

@Suite struct `Wishes` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// Somebody with a member's keys and a program of their own: rows go straight into the database.
    private struct Hostile {
        let world: KeeperWorld
        let identity: Identity
        let store: SQLiteStore
        let vaultID: VaultID
        let space: SpaceID
        let entry: EntryID

        init(_ world: KeeperWorld, _ identity: Identity) async throws {
            self.world = world
            self.identity = identity
            store = try SQLiteStore.open(world.location.vaultPath)
            let owner = try await world.keeper().vault
            vaultID = owner.id
            space = try owner.state.space(of: acme).id
            entry = try #require(try await owner.inspect(acme)).id
        }

        func wish(_ kind: Wish.Kind, version: Int64 = 1, for milliseconds: Int64 = 0) throws -> Wish {
            try Wish(
                kind, vault: vaultID, space: space, entry: entry, tokenVersion: version,
                validForMilliseconds: milliseconds, time: world.time.now.millisecondsSince1970, by: identity)
        }

        func leave(_ wish: StoredWish) async throws {
            try await store.write(.flushed) { try $0.leave(wish) }
        }
    }

    @Test func `is answered by the refresh that is forced for its connection, and by no other`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let issuer = try await world.keeper()
            let reader = try await world.keeper(of: world.join("reader", .reader))
            for name in ["acme", "birch"] {
                let entry = try #require(try await reader.vault.inspect(KeeperWorld.path("main/crm/\(name)")))
                try await reader.vault.leaveWish(.rejected, for: entry, tokenVersion: 1, validFor: nil, reason: "")
            }
            world.sandbox.log.clear()
            let lines = try await issuer.refresh(.forced(Self.acme))
            #expect(lines.map(\.outcome) == [.refreshed] && lines.map(\.wishCount) == [1])
            #expect(world.requestCount == 1)
            let birch = try #require(try await issuer.vault.inspect(KeeperWorld.path("main/crm/birch")))
            #expect(try await world.wishes().map(\.entry) == [birch.id])
        }
    }

    @Test func `of many readers make one refresh, and only where the issuer's own asking would`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let issuer = try await world.keeper()
            for number in 1...20 {
                let reader = try await world.keeper(of: world.join("reader\(number)", .reader))
                let entry = try #require(try await reader.vault.inspect(Self.acme))
                for seconds in [60, 77_000] {
                    try await reader.vault.leaveWish(
                        .refresh, for: entry, tokenVersion: 1, validFor: .seconds(seconds), reason: "")
                }
            }
            #expect(try await world.wishes().count == 20)
            world.sandbox.log.clear()
            // Fresh: nothing that the issuer would refresh for itself.
            let unneeded = try await issuer.refresh(.due)
            #expect(unneeded.map(\.outcome) == [.unneeded] && unneeded.map(\.wishCount) == [20])
            #expect(try await world.wishes().isEmpty && world.requestCount == 0)
            #expect(try await issuer.refresh(.due).isEmpty)
        }
    }

    @Test func `of a hostile reader are no storm`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let hostile = try await Hostile(world, world.join("reader", .reader).identity)
            let issuer = try await world.keeper()
            world.sandbox.log.clear()
            // A whole day, every two minutes, by turns: rejected with the right version, and as long as can be said.
            for round in 1...720 {
                world.time.advance(by: 120)
                let pair = try await issuer.pair(Self.acme)
                let kind = round.isMultiple(of: 2) ? Wish.Kind.rejected : .refresh
                let wish = try hostile.wish(
                    kind, version: pair.connection.tokenVersion, for: kind == .refresh ? .max / 2 : 0)
                try await hostile.leave(wish.stored)
                _ = try await issuer.refresh(.due)
            }
            let times = world.sandbox.log.requests(for: .token).map(\.at)
            let gaps = zip(times.dropFirst(), times).map { $0.timeIntervalSince($1) }
            #expect(gaps.allSatisfy { $0 >= 3600 }, "\(gaps)")
            #expect((1...24).contains(times.count))
            #expect(try await world.wishes().isEmpty)
        }
    }

    @Test func `break no cool-down and no freeze, and are looked at again after it`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let hostile = try await Hostile(world, world.join("reader", .reader).identity)
            let issuer = try await world.keeper()
            world.time.advance(by: 40_000)
            world.sandbox.log.clear()
            world.sandbox.faults.set([FaultRule(.serverError, grantType: "refresh_token")])
            try await hostile.leave(hostile.wish(.refresh, for: 80_000_000).stored)
            for _ in 1...5 { #expect(try await issuer.refresh(.due).map(\.outcome) == [.failed]) }
            #expect(world.requestCount == 1)
            #expect(try await world.wishes().count == 1)
            world.sandbox.faults.clear()
            world.time.advance(by: 600)
            let id = try await issuer.openRotation(of: KeeperWorld.app)
            _ = try await issuer.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            #expect(try await issuer.refresh(.due).map(\.outcome) == [.failed])
            #expect(world.requestCount == 1)
            _ = try await issuer.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(try await issuer.refresh(.due).map(\.outcome) == [.unneeded])
            #expect(try await world.wishes().isEmpty)
        }
    }

    @Test func `that are forged, foreign or moved are ignored and removed`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let member = try await world.join("reader", .reader).identity
            let reader = try await Hostile(world, member)
            let stranger = try await Hostile(world, Identity.generate())
            let issuer = try await world.keeper()
            let birch = try #require(try await issuer.vault.inspect(KeeperWorld.path("main/crm/birch"))).id
            world.time.advance(by: 40_000)
            world.sandbox.log.clear()
            let own = try reader.wish(.refresh, for: 80_000_000)
            let other = issuer.vault.identity.publicIdentity.signingKey
            let rows = [
                try stranger.wish(.refresh, for: 80_000_000).stored,
                StoredWish(entry: own.entryID, signer: other, body: own.encoded),
                StoredWish(entry: birch, signer: own.signer, body: own.encoded),
                StoredWish(
                    entry: own.entryID, signer: own.signer,
                    body: own.encoded.dropLast() + [own.encoded[own.encoded.count - 1] ^ 1]),
            ]
            for row in rows { try await reader.leave(row) }
            #expect(try await issuer.refresh(.due).isEmpty)
            #expect(world.requestCount == 0)
            #expect(try await world.wishes().isEmpty)
            // The same one, as it was signed.
            try await reader.leave(own.stored)
            #expect(try await issuer.refresh(.due).map(\.outcome) == [.refreshed])
        }
    }

    @Test func `in rows that make no sense stop no refresh`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let hostile = try await Hostile(world, Identity.generate())
            try await hostile.leave(
                StoredWish(entry: .random(), signer: hostile.identity.publicIdentity.signingKey, body: []))
            world.time.advance(by: 86_000)
            #expect(try await world.keeper().refresh(.due).map(\.outcome) == [.refreshed])
            #expect(try await world.wishes().isEmpty)
        }
    }
}
