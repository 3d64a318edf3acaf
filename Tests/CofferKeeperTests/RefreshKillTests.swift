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

@Suite struct `A refresh whose process is killed` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// The points of a forced refresh: the intent, the request, the commit.
    enum Moment: Int, CaseIterable, Sendable {
        case intent = 1
        case request, commit
    }

    @Test(arguments: Moment.allCases, Life.Side.allCases)
    func `at any durable step presents its token at most twice and ends in the truth`(
        moment: Moment, side: Life.Side
    ) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            let life = Life(endingAt: moment.rawValue, side)
            let doomed = try await world.keeper(
                watched: { WatchedStore($0, life: life) },
                transport: MortalTransport(network: world.transport, life: life))
            _ = try await doomed.refresh(.forced(Self.acme))
            await doomed.landed()
            #expect(life.isOver)

            world.time.advance(by: 120)
            let heir = try await world.keeper()
            let line = try #require(try await heir.refresh(.forced(Self.acme)).first)
            switch (moment, side) {
            case (.intent, .before), (.intent, .after), (.request, .before):
                #expect(world.presented(old) == 1)
                #expect(line.outcome == .refreshed)
                #expect(try await world.state("acme") == "active")
            case (.request, .after), (.commit, .before):
                // The server has spent the token, and its answer is gone: the one repetition learns it.
                #expect(world.presented(old) == 2)
                #expect((line.failure as? OAuthError)?.code == .needsReauthorization)
                let view = try #require(try await heir.status().first)
                #expect(view.state == "needs_reauthorization")
                #expect(view.lastError?.contains("got no complete answer") == true, "\(view.lastError ?? "")")
            case (.commit, .after):
                #expect(world.presented(old) == 1)
                #expect(line.outcome == .refreshed)
                #expect(try await world.state("acme") == "active")
            }
            // Whatever happened: it is never presented again.
            let count = world.presented(old)
            for _ in 1...3 {
                world.time.advance(by: 3600)
                _ = try await world.keeper().refresh(.forced(Self.acme))
            }
            #expect(world.presented(old) == count)
        }
    }

    @Test func `waits while an answer to the dead one's request may still arrive`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            let life = Life(endingAt: 2, .before)
            let doomed = try await world.keeper(
                watched: { WatchedStore($0, life: life) },
                transport: MortalTransport(network: world.transport, life: life))
            _ = try await doomed.refresh(.forced(Self.acme))
            let heir = try await world.keeper()
            async let lines = heir.refresh(.forced(Self.acme))
            for _ in 1...200 { await Task.yield() }
            #expect(world.presented(old) == 0)
            world.time.advance(by: 60)
            #expect(try await lines.first?.outcome == .refreshed)
            #expect(world.presented(old) == 1)
        }
    }

    @Test func `a lost answer is repeated once, and by whoever comes later never`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            world.sandbox.faults.set([FaultRule(.answerLost, grantType: "refresh_token", times: 0)])
            for _ in 1...4 {
                _ = try await world.keeper().refresh(.forced(Self.acme))
                world.time.advance(by: 700)
            }
            #expect(world.presented(old) == 2)
            #expect(try await world.state("acme") == "needs_reauthorization")
        }
    }

    @Test func `a spent token is not sent although its row was put back by hand`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            let store = try SQLiteStore.open(world.location.vaultPath)
            let id = try #require(try await world.keeper().vault.inspect(Self.acme)).id
            let row = try #require(try await store.read { try $0.row(id: id) })
            #expect(try await world.keeper().refresh(.forced(Self.acme)).first?.outcome == .refreshed)
            let present = try #require(try await store.read { try $0.row(id: id) })
            try await store.write(.synced) { try $0.replace(row, expecting: present.version) }
            #expect(try await world.refreshToken("acme") == old)
            let line = try #require(try await world.keeper().refresh(.forced(Self.acme)).first)
            #expect((line.failure as? VaultError)?.code == .damaged)
            #expect(world.presented(old) == 1)
        }
    }

    @Test func `a good token that somebody has marked as spent in the table takes no account out of service`()
        async throws
    {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let token = try await world.refreshToken("acme")
            let vault = try await world.keeper().vault
            let known = try #require(try await vault.known(Secret(token), tier: .issue, at: Self.acme))
            let forged = StoredFingerprint(
                spaceID: known.spaceID, tag: known.tag, entryID: known.entryID, field: known.field, tier: known.tier,
                isSpent: true)
            try await SQLiteStore.open(world.location.vaultPath).write(.synced) { try $0.keep(forged) }
            let before = world.presented(token)
            let line = try #require(try await world.keeper().refresh(.forced(Self.acme)).first)
            #expect((line.failure as? VaultError)?.code == .damaged)
            #expect(world.presented(token) == before)
            #expect(try await world.state("acme") == "active")
        }
    }
}
