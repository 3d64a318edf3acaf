// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// With pip itself: Tests/Clients.
@Suite(.timeLimit(.minutes(3))) struct `pip, with the program as its keyring` {
    private static let index = "https://packages.example/simple"

    @Test func `gets a connection's token by its name, or the one that it asks with`() async throws {
        try await World.with { world in
            try await world.succeed("bind", "keyring", Self.index, "main/crm/acme")
            let token = try await world.token("acme")
            #expect(try await world.succeed("helper", "keyring", "get", Self.index + "/", "ada").text == token + "\n")
            let both = try await world.succeed("helper", "keyring", "get", "--mode", "creds", Self.index + "/made-up/")
            #expect(both.text == "oauth2\n\(token)\n")
            let record = try await world.succeed("audit", "show", "--json").text
            #expect(record.contains("keyring get \(Self.index)"))
            try await world.program.run("helper", "keyring", "set", Self.index, "ada", input: .text("made-up\n"))
                .expectRefusal(64, saying: "it is a connection")
            try await world.program.run("helper", "keyring", "del", Self.index, "ada")
                .expectRefusal(64, saying: "it is a connection")
        }
    }

    @Test func `gets nothing for what was not bound, without a word and without the vault`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("bind", "keyring", Self.index, "main/packages", "--username", "ada")
            try await program.run("bind", "keyring", "a-service", "main/packages")
            for (service, name) in [
                ("https://packages.example/simples/", "ada"), ("http://packages.example/simple/", "ada"),
                ("https://packages.example/simple/../other", "ada"), ("packages.example", "ada"), (Self.index, "bob"),
                ("another-service", "ada"),
            ] {
                let end = try await program.run("helper", "keyring", "get", service, name)
                #expect(
                    end.status == .exited(1) && end.output.isEmpty && end.errors.isEmpty, "\(service): \(end.errors)")
            }
            // What is bound is looked for, and there is no vault.
            for service in [Self.index, "a-service"] {
                try await program.run("helper", "keyring", "get", service, "ada").expectRefusal(66)
            }
        }
    }

    @Test func `stores what was typed, and changes nothing of what somebody put there`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/team", input: .text("made-up-team\n"))
            try await program.run("bind", "keyring", "team", "main/team", "--username", "ci")
            try await program.run("helper", "keyring", "set", "team", "ci", input: .text("made-up-other\n"))
                .expectRefusal(64, saying: "no tool stored what is there")
            try await program.run("helper", "keyring", "del", "team", "ci")
                .expectRefusal(64, saying: "no tool stored what is there")
            #expect(try await program.run("helper", "keyring", "get", "team", "ci").text == "made-up-team\n")

            try await program.run("bind", "keyring", "typed", "main/typed")
            try await program.run("helper", "keyring", "set", "typed", "ada", input: .text("made-up-typed\n"))
            #expect(try await program.run("helper", "keyring", "get", "typed", "ada").text == "made-up-typed\n")
            #expect(try await program.run("helper", "keyring", "del", "typed", "bob").status == .exited(1))
            #expect(try await program.run("helper", "keyring", "del", "typed", "ada").status == .exited(0))
            #expect(try await program.run("get", "main/typed").status == .exited(66))
            try await program.run("helper", "keyring", "set", "typed", input: .text("made-up\n"))
                .expectRefusal(64, saying: "the name")
        }
    }
}
