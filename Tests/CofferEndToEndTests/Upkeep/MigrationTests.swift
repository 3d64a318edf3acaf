// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(4))) struct `A move` {
    @Test func `says where the vault is, and everybody who comes to the old place`() async throws {
        try await Home.withBackup { program, home, file in
            let place = "\(home.path)/moved.db"
            let end = try await program.run("migrate", "--to", place, "--yes", "--json")
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.json["to"] as? String == place)
            #expect(end.json["from"] as? String == home.vault)
            #expect(end.json["was_begun"] as? Bool == false)
            #expect(end.json["unopened"] as? [String] == [])
            try await program.run("get", "main/one").expectRefusal(78, saying: "was moved to the file \(place)")
            try await program.run("put", "main/two", input: .text("2")).expectRefusal(78, saying: "was moved to")
            try await program.run("restore", file, "--yes").expectRefusal(78, saying: "would be a second one")
            let environment = ["COFFER_VAULT": place]
            #expect(try await program.run(["get", "main/one"], environment: environment).text == "1")
            let put = try await program.run(["put", "main/two"], input: .text("2"), environment: environment)
            #expect(put.status == .exited(0), "\(put.errors)")
            let events = try await program.run(["audit", "show", "--action", "migrate"], environment: environment)
            #expect(events.status == .exited(0) && events.text.contains("migrate"), "\(events.errors)")
            let verified = try await program.run(["audit", "verify"], environment: environment)
            #expect(verified.status == .exited(0), "\(verified.errors)")
        }
    }

    @Test func `needs a yes, an owner's identity and an empty place`() async throws {
        try await Home.withBackup { program, home, file in
            let place = "\(home.path)/moved.db"
            try await program.run("migrate", "--to", place).expectRefusal(64, saying: "nobody to ask")
            try await program.run("migrate", "--to", file, "--yes").expectRefusal(64)
            try await program.run("migrate", "--to", home.vault, "--yes").expectRefusal(
                64, saying: "lies there already")
            try await program.run("migrate", "--to", home.identity, "--yes").expectRefusal(65)
            let noFolder = "\(home.path)/none/moved.db"
            try await program.run("migrate", "--to", noFolder, "--yes").expectRefusal(66)
            #expect(!FileManager.default.fileExists(atPath: place))
            #expect(try await program.run("get", "main/one").text == "1")
            #expect(try await program.run("doctor", "--offline").status == .exited(0))
        }
    }
}
