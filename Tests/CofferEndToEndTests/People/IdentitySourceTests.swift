// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct `Where an identity comes from` {
    /// Runs a body in a home with a vault, whose identity lies where nothing looks for it.
    private static func withMovedIdentity(_ body: (Program, Home, String) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            #expect(try await program.run("init").status == .exited(0))
            #expect(try await program.run("put", "main/token", input: .text("value")).status == .exited(0))
            let kept = "\(home.path)/kept"
            try FileManager.default.moveItem(atPath: home.identity, toPath: kept)
            try await program.run("get", "main/token").expectRefusal(66, saying: "there is no identity")
            try await body(program, home, kept)
        }
    }

    @Test func `a program prints it, by flag or by variable, and is heard`() async throws {
        try await Self.withMovedIdentity { program, home, kept in
            let script = try home.write("#!/bin/sh\necho asking >&2\ncat '\(kept)'\n".utf8, to: "fetch", mode: 0o700)
            for (arguments, variables) in [
                (["--identity-command", script], [:]), ([], ["COFFER_IDENTITY_COMMAND": script]),
            ] {
                let end = try await program.run(["get", "main/token"] + arguments, environment: variables)
                #expect(end.text == "value")
                #expect(end.errors == "coffer: fetch: asking\n")
            }
        }
    }

    @Test func `a program that fails, is not there or is open to others is refused`() async throws {
        try await Self.withMovedIdentity { program, home, kept in
            let failing = try home.write("#!/bin/sh\nexit 4\n".utf8, to: "failing", mode: 0o700)
            let open = try home.write("#!/bin/sh\ncat '\(kept)'\n".utf8, to: "open", mode: 0o777)
            for (path, status, text) in [
                (failing, Int32(66), "ended with status 4"), ("\(home.path)/none", 66, "there is no file"),
                (open, 78, "can be written by others"), ("relative", 64, "absolute path"),
            ] {
                try await program.run("get", "main/token", "--identity-command", path)
                    .expectRefusal(status, saying: text)
            }
        }
    }

    @Test func `two flags exclude each other, and a variable yields to the one before it`() async throws {
        try await Self.withMovedIdentity { program, home, kept in
            let failing = try home.write("#!/bin/sh\nexit 4\n".utf8, to: "failing", mode: 0o700)
            let both = try await program.run(
                "get", "main/token", "--identity-file", kept, "--identity-command", failing)
            #expect(both.status == .exited(64))
            let variables = ["COFFER_IDENTITY_FILE": kept, "COFFER_IDENTITY_COMMAND": failing]
            #expect(try await program.run("get", "main/token", environment: variables).text == "value")
            try home.write([], to: "coffer.identity")
            let service = ["COFFER_IDENTITY_COMMAND": failing, "CREDENTIALS_DIRECTORY": home.path]
            try await program.run("get", "main/token", environment: service)
                .expectRefusal(66, saying: "ended with status 4")
        }
    }
}
