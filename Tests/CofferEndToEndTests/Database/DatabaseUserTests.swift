// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgresServer
import Subprocess
import Testing

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct `A user of the database who can make no table` {
    /// A user of the whole server, and what it is named by.
    private static func makeUser(in world: DatabaseHome) throws -> (name: String, url: String) {
        let name = "user_" + UUID().uuidString.replacing("-", with: "").lowercased()
        try world.database.run("CREATE ROLE \(name) LOGIN")
        return (name, world.database.url.replacing("user=coffer", with: "user=\(name)"))
    }

    @Test func `does what its group may, in every command`() async throws {
        try await DatabaseHome.with { world in
            let (_, url) = try Self.makeUser(in: world)
            let without = try await world.program.run("list", environment: ["COFFER_VAULT": url])
            without.expectRefusal(74, saying: "grant it what Coffer needs")
            let users = try world.database.makeUsers()
            let (put, get, rekey) = (["put", "main/one"], ["get", "main/one"], ["rekey"])
            let allowed = [
                (users.owner, [put, get, rekey, ["verify"], ["audit", "verify"]]),
                (users.issuer, [put, get, ["verify"]]),
                (users.reader, [get, ["list"]]),
            ]
            for (user, commands) in allowed {
                var program = world.program
                program.environment["COFFER_VAULT"] = world.database.url(of: user)
                for arguments in commands {
                    let end = try await program.run(arguments, input: .text("made-up"))
                    #expect(end.status == .exited(0), "\(user), \(arguments): \(end.errors)")
                }
                let found = try await program.run("init")
                #expect(found.status == .exited(0) && found.errors.contains("nothing was changed"))
            }
            // The identity is an owner's in each case: what is refused here, the database refuses.
            for (user, arguments) in [(users.issuer, rekey), (users.reader, put), (users.reader, rekey)] {
                let environment = ["COFFER_VAULT": world.database.url(of: user)]
                let end = try await world.program.run(arguments, input: .text("made-up"), environment: environment)
                end.expectRefusal(74, saying: "grant it what Coffer needs")
            }
        }
    }

    @Test func `makes no vault`() async throws {
        try await DatabaseHome.with(isMade: false) { world in
            let (_, url) = try Self.makeUser(in: world)
            try await world.program.run("init", environment: ["COFFER_VAULT": url])
                .expectRefusal(74, saying: "grant it what Coffer needs")
            #expect(world.home.files().keys.allSatisfy { !$0.contains("identity") })
            #expect(try world.database.run("SELECT to_regnamespace('coffer') IS NULL") == "t")
        }
    }
}
