// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation
import PostgresServer
import Subprocess
import Testing

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct `coffer init with a database` {
    @Test func `makes the tables once, says so, and changes nothing the second time`() async throws {
        try await DatabaseHome.with(isMade: false) { world in
            #expect(try await world.program.run("list").status == .exited(66))
            #expect(try world.database.run("SELECT to_regnamespace('coffer') IS NULL") == "t")
            let first = try await world.program.run("init", "--json")
            #expect(first.status == .exited(0), "\(first.errors)")
            #expect(first.errors.contains("the tables were made"))
            #expect(first.json["vault"] as? String == world.database.url)
            #expect(first.json["created"] as? Bool == true && first.json["tables_created"] as? Bool == true)
            let second = try await world.program.run("init", "--json")
            #expect(second.status == .exited(0) && second.errors.contains("nothing was changed"))
            #expect(second.json["created"] as? Bool == false && second.json["tables_created"] as? Bool == false)
            #expect(try world.database.run("SELECT count(*) FROM coffer.manifest") == "1")
        }
    }

    @Test func `takes up what a power cut left`() async throws {
        try await DatabaseHome.with { world in
            let path = world.home.identity
            let text = try IdentityText(reading: CheckedFile.read(path, limit: 4096))
            let id = try #require(text.pin?.vaultID)
            // As it was before the identity got its name.
            try FileManager.default.moveItem(atPath: path, toPath: "\(path).init-\(id)")
            let end = try await world.program.run("init", "--json")
            #expect(end.status == .exited(0) && end.json["created"] as? Bool == true, "\(end.errors)")
            #expect(world.home.files().keys.filter { $0.contains("identity") } == ["config/coffer/identity"])
            #expect(try await world.program.run("list").status == .exited(0))
            // As it was with the tables alone: nobody's vault is in them yet.
            try world.database.run("TRUNCATE coffer.manifest, coffer.audit")
            try await world.program.run("init").expectRefusal(64, saying: "no vault in this database")
            try FileManager.default.removeItem(atPath: path)
            #expect(try await world.program.run("init").status == .exited(0))
        }
    }

    @Test func `makes nothing where one of the two is lost`() async throws {
        try await DatabaseHome.with { world in
            let other = try PostgresServer.shared().makeDatabase()
            try await world.program.run("init", environment: ["COFFER_VAULT": other.url])
                .expectRefusal(64, saying: "there is an identity at")
            #expect(try other.run("SELECT to_regnamespace('coffer') IS NULL") == "t")
            try FileManager.default.removeItem(atPath: world.home.identity)
            try await world.program.run("init").expectRefusal(66, saying: "no identity at")
        }
    }

    @Test func `makes none over the events of one whose manifests are gone`() async throws {
        try await DatabaseHome.with { world in
            let events = try world.database.run("SELECT count(*) FROM coffer.audit")
            try world.database.run("TRUNCATE coffer.manifest")
            for hasIdentity in [true, false] {
                if !hasIdentity { try FileManager.default.removeItem(atPath: world.home.identity) }
                try await world.program.run("init").expectRefusal(65, saying: "no manifest")
            }
            #expect(try world.database.run("SELECT count(*) FROM coffer.manifest") == "0")
            #expect(try world.database.run("SELECT count(*) FROM coffer.audit") == events)
            #expect(world.home.files().keys.allSatisfy { !$0.contains("identity") })
        }
    }

    @Test func `by several at once makes one vault`() async throws {
        try await DatabaseHome.with(isMade: false) { world in
            let ends = try await withThrowingTaskGroup(of: Finished.self) { group in
                for _ in 0..<4 { group.addTask { try await world.program.run("init") } }
                return try await group.reduce(into: [Finished]()) { $0.append($1) }
            }
            #expect(ends.contains { $0.status == .exited(0) })
            #expect(try world.database.run("SELECT count(*) FROM coffer.manifest") == "1")
            #expect(try await world.program.run("list").status == .exited(0))
            #expect(world.home.files().keys.filter { $0.contains("identity") } == ["config/coffer/identity"])
        }
    }
}
