// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import PostgresServer
import Testing

@testable import CofferPostgres

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct `A server that lets nobody in` {
    @Test func `because it has enough connections is asked again later`() async throws {
        let world = try await PostgresWorld()
        let user = world.database.name + "_last"
        try world.database.run("CREATE ROLE \(user) LOGIN CONNECTION LIMIT 0")
        let refusal = try await world.refusal(of: world.database.url(of: user))
        #expect(refusal?.code == .busy && refusal?.message.contains("no more connections") == true)
    }

    @Test func `because it does not know the user, or has no such database, says that`() async throws {
        let world = try await PostgresWorld()
        let user = try await world.refusal(of: world.database.url(of: world.database.name + "_not"))
        #expect(user?.code == .unreachable && user?.message.contains("this user") == true)
        let url = world.database.url.replacing(world.database.name, with: world.database.name + "_not")
        let name = try await world.refusal(of: url)
        #expect(name?.code == .unreachable && name?.message.contains("createdb") == true)
    }

    @Test func `is left alone for a moment, and whoever asks meanwhile is told the same at once`() async throws {
        let world = try await PostgresWorld()
        let url = "postgres://\(world.database.user)@127.0.0.1:1/\(world.database.name)"
        let session = Session(try ServerAddress(url), label: "coffer.tests.gone")
        for _ in 0..<3 {
            #expect(throws: VaultError(.unreachable, "")) { try session.runHere { _, _ in } }
        }
        // The sessions of a store that is open find the server again by themselves once it is back.
        try world.endSessions("")
        let count = try await world.store.read { try $0.newestEpoch() }
        #expect(count == 0)
    }
}
