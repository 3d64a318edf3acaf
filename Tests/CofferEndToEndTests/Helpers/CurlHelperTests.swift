// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// With curl itself: Tests/Clients.
@Suite(.timeLimit(.minutes(3))) struct `curl, with what the program prints` {
    @Test func `gets a connection's token for the URLs that it was bound to`() async throws {
        try await World.with { world in
            try await world.succeed("bind", "curl", "https://api.example/v4", "main/crm/acme")
            let token = try await world.token("acme")
            let url = "https://api.example/v4/leads?limit=5"
            #expect(
                try await world.succeed("helper", "curl", url).text
                    == "url = \"\(url)\"\noauth2-bearer = \"\(token)\"\n")
            let record = try await world.succeed("audit", "show", "--json").text
            #expect(record.contains("curl https://api.example/v4"))
            for other in ["https://api.example/v40", "https://elsewhere.example/v4", "https://api.example"] {
                try await world.program.run("helper", "curl", other).expectRefusal(66, saying: "nothing is bound")
            }
            try await world.program.run("helper", "curl", "https://api.example/v4/%2e%2e/v3")
                .expectRefusal(65, saying: "a server may take for another")
            // With a name it is a password.
            try await world.succeed("bind", "netrc", "git.example", "main/crm/acme", "--username", "ci")
            #expect(
                try await world.succeed("helper", "netrc", "git.example").text
                    == "machine git.example login ci password \(token)\n")
        }
    }

    @Test func `prints nothing where one of several can't be written`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/good", input: .text("made-up-good"))
            try await program.run("put", "main/bad", input: .text("made-up\u{8}bad"))
            try await program.run("bind", "netrc", "good.example", "main/good", "--username", "ada")
            try await program.run("bind", "netrc", "bad.example", "main/bad", "--username", "ada")
            let end = try await program.run("helper", "netrc", "good.example", "bad.example")
            end.expectRefusal(64, saying: "control character")
            #expect(!end.errors.contains("made"))
            try await program.run("helper", "netrc", "good.example", "other.example")
                .expectRefusal(66, saying: "nothing is bound to other.example")
            try await program.run("bind", "curl", "https://api.example", "main/good")
            try await program.run("helper", "curl", "https://api.example/").expectRefusal(78, saying: "without a name")
        }
    }
}
