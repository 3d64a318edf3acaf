// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `A backup` {
    private static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    @Test func `is a vault of its own that says who can open it`() async throws {
        try await Home.withOneEntry { program, home in
            let file = "\(home.path)/copy.db"
            let end = try await program.run("backup", "--output", file, "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            let readers = try #require(end.json["readers"] as? [[String: Any]])
            #expect(readers.map { $0["roles"] as? [String] } == [["owner of main"]])
            #expect(try Self.mode(file) == 0o600)
            #expect(try await program.run("get", "main/one", "--vault", file).text == "1")
            let people = try await program.run("backup", "--output", "\(home.path)/second.db")
            #expect(people.text.contains("owner of main") && people.errors.contains("for ever"))
        }
    }

    @Test func `replaces no file unless told, and never the vault`() async throws {
        try await Home.withOneEntry { program, home in
            let file = try home.write("precious".utf8, to: "copy.db")
            try await program.run("backup", "--output", file).expectRefusal(64, saying: "--force")
            #expect(home.files()["copy.db"] == Data("precious".utf8))
            #expect(try await program.run("backup", "--output", file, "--force").status == .exited(0))
            #expect(try await program.run("get", "main/one", "--vault", file).text == "1")
            try await program.run("backup", "--output", home.vault, "--force").expectRefusal(64)
            #expect(try await program.run("get", "main/one").text == "1")
            try await program.run("backup", "--output", "\(home.path)/none/copy.db").expectRefusal(66)
        }
    }

    @Test func `is recorded, and has its own record in it`() async throws {
        try await Home.withOneEntry { program, home in
            let file = "\(home.path)/copy.db"
            let end = try await program.run("backup", "--output", file, "--reason", "monday")
            #expect(end.status == .exited(0))
            func count(_ path: String) async throws -> Int {
                try await DatabaseQueue(path: path).read {
                    try Int.fetchOne($0, sql: "SELECT count(*) FROM audit") ?? 0
                }
            }
            // init, put, backup.
            #expect(try await count(home.vault) == 3)
            #expect(try await count(file) == 3)
        }
    }

    @Test func `can be made while others write`() async throws {
        try await Home.withOneEntry { program, home in
            async let writes: Void = {
                for number in 0..<5 { try await program.run("put", "main/w\(number)", input: .text("x")) }
            }()
            for number in 0..<3 {
                let file = "\(home.path)/copy\(number).db"
                #expect(try await program.runPatiently(["backup", "--output", file]).status == .exited(0))
                #expect(try await program.run("get", "main/one", "--vault", file).text == "1")
            }
            try await writes
        }
    }
}
