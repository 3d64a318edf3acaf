// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferPostgres
import CofferVault
import Foundation
import GrantServer
import PostgresServer
import Testing

@testable import CofferKeeper

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `A vault in a database, in use` {
    @Test func `keeps what is put there`() async throws {
        try await DatabaseWorld.with { world in
            let path = KeeperWorld.path("main/key")
            for text in ["made-up", "made-up too"] {
                let isReplaced = try await world.keeper().put(path, Secret(text))
                #expect(isReplaced == (text == "made-up too"))
            }
            let value = try await world.keeper().get(path).withExposedText { $0 }
            #expect(value == "made-up too")
            #expect(try await world.store().integrity() == [])
        }
    }

    @Test func `is refreshed once by three processes, and each of them hands out the new token`() async throws {
        try await DatabaseWorld.with { world in
            let asked = world.server.requests(to: "/token").count
            world.time.advance(by: 3600 - 10)
            var keepers: [Keeper] = []
            for _ in 0..<3 { keepers.append(try await world.keeper()) }
            let all = keepers
            let values = try await withThrowingTaskGroup(of: Secret.self) { group in
                for index in 0..<12 {
                    group.addTask { try await all[index % 3].token(DatabaseWorld.path).credential.value }
                }
                return try await group.reduce(into: [Secret]()) { $0.append($1) }
            }
            #expect(values.count == 12 && values.allSatisfy { $0 == values[0] })
            #expect(world.server.requests(to: "/token").count == asked + 1)
            #expect(!world.server.hasSeenReuse)
        }
    }

    #if PostgreSQL
    @Test func `is opened by its URL`() async throws {
        try await DatabaseWorld.with { world in
            try world.owner.write(to: world.folder + "/identity", replacing: false)
            let location = VaultLocation(
                vaultPath: world.database.url, identity: .file(world.folder + "/identity"),
                stateFolder: world.folder + "/state")
            let effects = KeeperEffects(
                transport: GrantTransport(server: world.server), now: { world.time.now }, clock: HastyClock())
            for _ in 0..<2 {
                let keeper = try await Keeper.open(location, effects: effects)
                let token = try await keeper.token(DatabaseWorld.path).credential.value.withExposedText { $0 }
                #expect(world.server.rights(of: token) != nil)
                #expect(keeper.file == nil)
            }
        }
    }
    #endif
}
