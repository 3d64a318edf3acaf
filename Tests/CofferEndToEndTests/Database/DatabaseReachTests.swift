// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgresServer
import Subprocess
import Testing

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `A vault's database that is not there` {
    @Test func `but a pooler in its place is refused at the start`() async throws {
        try await DatabaseHome.with { world in
            let pooler = try PostgresPooler(world.database)
            for command in ["list", "verify", "init"] {
                try await world.run(command, at: pooler.url)
                    .expectRefusal(78, saying: "a connection pooler stands before the vault's database")
            }
        }
    }

    /// 15 s, the program's own deadline.
    @Test func `on any of several hosts is given up after a quarter of a minute in all`() async throws {
        try await DatabaseHome.with { world in
            let silent = try PostgresPooler(world.database, .silent)
            let url = "postgres://\(silent.place),\(silent.place),\(silent.place)/\(world.database.name)"
            let clock = ContinuousClock()
            let begun = clock.now
            try await world.run("list", at: url).expectRefusal(69, saying: "can't be reached")
            let took = begun.duration(to: clock.now)
            // Three times as long if each host had it for itself.
            #expect(took >= .seconds(15) && took < .seconds(43))
        }
    }

    @Test func `because it takes no more connections is asked again later`() async throws {
        try await DatabaseHome.with { world in
            let user = world.database.name + "_last"
            try world.database.run("CREATE ROLE \(user) LOGIN CONNECTION LIMIT 0")
            try await world.run("list", at: world.database.url(of: user))
                .expectRefusal(75, saying: "takes no more connections now")
        }
    }
}
