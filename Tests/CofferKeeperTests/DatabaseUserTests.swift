// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferPostgres
import CofferRotation
import CofferVault
import GrantServer
import PostgresServer
import Testing

@testable import CofferKeeper

/// The three groups of packaging/postgresql/roles.sql suffice for what the three roles of a vault do.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `Each role has a user of the database` {
    /// A bucket that is not forgotten.
    private static func pace(_ fullAt: UInt64) -> StoredPace {
        var pace = StoredPace()
        pace.fullAt = fullAt
        pace.until = UInt64(Int64.max)
        return pace
    }

    @Test func `with which a reader is handed tokens and leaves wishes`() async throws {
        try await DatabaseWorld.with { world in
            let users = try world.database.makeUsers()
            let reader = try await world.join("ci", .reader)
            let keeper = try await world.keeper(reader, as: users.reader)
            let token = try await keeper.token(DatabaseWorld.path).credential.value.withExposedText { $0 }
            #expect(world.server.rights(of: token) != nil)
            let entry = try #require(try await keeper.vault.inspect(DatabaseWorld.path))
            try await keeper.vault.leaveWish(.refresh, for: entry, tokenVersion: 1, validFor: nil, reason: "")
            let store = try await world.store()
            let left = try await store.read { try $0.wishes(limit: 9) }
            #expect(left.map(\.entry) == [entry.id])
            try await keeper.vault.withdrawWish(for: entry)
            let still = try await store.read { try $0.wishes(limit: 9) }
            #expect(still.isEmpty)
            // Readers call APIs, under the rate limits of all.
            let paces = try #require(try await world.store(as: users.reader).sharedPaces)
            let none = try paces.pace(5)
            #expect(none.pace == nil)
            #expect(try paces.exchange(5, nil, Self.pace(1)))
            #expect(try paces.exchange(5, Self.pace(1), Self.pace(2)))
            let found = try paces.pace(5)
            #expect(found.pace == Self.pace(2))
        }
    }

    @Test func `with which an issuer refreshes and writes`() async throws {
        try await DatabaseWorld.with { world in
            let users = try world.database.makeUsers()
            let issuer = try await world.join("agent", .issuer)
            let keeper = try await world.keeper(issuer, as: users.issuer)
            let asked = world.server.requests(to: "/token").count
            _ = try await keeper.refresh(.forced(DatabaseWorld.path))
            #expect(world.server.requests(to: "/token").count == asked + 1)
            #expect(!world.server.hasSeenReuse)
            let path = KeeperWorld.path("main/key")
            for text in ["made-up", "made-up too"] {
                let isReplaced = try await keeper.put(path, Secret(text))
                #expect(isReplaced == (text == "made-up too"))
            }
        }
    }

    @Test func `with which an issuer takes what is due, fulfils wishes and holds back what leaked`() async throws {
        try await DatabaseWorld.with { world in
            let users = try world.database.makeUsers()
            let reader = try await world.keeper(try await world.join("ci", .reader), as: users.reader)
            let issuer = try await world.keeper(try await world.join("agent", .issuer), as: users.issuer)
            let entry = try #require(try await reader.vault.inspect(DatabaseWorld.path))
            try await reader.vault.leaveWish(.refresh, for: entry, tokenVersion: 1, validFor: nil, reason: "")
            world.time.advance(by: 3600 - 10)
            let survey = try await issuer.vault.surveyDue(by: world.time.now)
            #expect(survey.due.map(\.id) == [entry.id])
            // The entry, and the agent itself.
            #expect(try world.database.run("SELECT count(*) FROM coffer.claim") == "2")
            let lines = try await issuer.refresh(.due)
            #expect(lines.map(\.outcome) == [.refreshed])
            let left = try await world.store().read { try $0.wishes(limit: 9) }
            #expect(left.isEmpty)
            let key = KeeperWorld.path("main/key")
            _ = try await issuer.put(key, Secret("made-up"))
            _ = try await issuer.openRotation(of: key, taint: .hold)
            await #expect(throws: KeeperError(.rotating, "")) { try await reader.get(key) }
        }
    }

    @Test func `with which an owner lets members in and changes the keys`() async throws {
        try await DatabaseWorld.with { world in
            let users = try world.database.makeUsers()
            _ = try await world.join("ci", .reader, as: users.owner)
            let keeper = try await world.keeper(as: users.owner)
            _ = try await keeper.vault.addSpace("prod")
            _ = try await keeper.vault.removeSpace("prod")
            _ = try await keeper.rekey()
            _ = try await keeper.refresh(.forced(DatabaseWorld.path))
            let report = try await keeper.vault.verify()
            #expect(report.isSound)
        }
    }
}
