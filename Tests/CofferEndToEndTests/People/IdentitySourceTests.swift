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

    @Test func `a descriptor of a file or a pipe gives it, or standard input`() async throws {
        try await Self.withMovedIdentity { program, home, kept in
            let text = [UInt8](try #require(FileManager.default.contents(atPath: kept)))
            let third = ["get", "main/token", "--identity-fd", "3"]
            for end in [
                try await program.run(third, script: #"exec "$0" "$@" 3<kept"#),
                try await program.run(third, script: #"cat kept | exec "$0" "$@" 3<&0 </dev/null"#),
                try await program.run("get", "main/token", "--identity-fd", "0", input: .bytes(text)),
            ] {
                #expect(end.status == .exited(0) && end.text == "value", "\(end.errors)")
                #expect(end.errors.isEmpty)
            }
        }
    }

    @Test func `a descriptor that gives none is refused`() async throws {
        try await Self.withMovedIdentity { program, home, kept in
            let text = try String(contentsOfFile: kept, encoding: .utf8)
            let half = String(text.prefix(text.count / 2))
            try home.write(half.utf8, to: "half")
            // 3 is the number that the program's own first descriptor gets where it is free.
            for (number, redirection) in [(3, "3<&-"), (9, "9<&-"), (0, "0<&-"), (3, "3>>written"), (3, "3<.")] {
                let end = try await program.run(
                    "get", "main/token", "--identity-fd", "\(number)", script: "exec \"$0\" \"$@\" \(redirection)")
                end.expectRefusal(74, saying: "could not read descriptor \(number)")
            }
            for (number, redirection) in [(3, "3</dev/null"), (0, "0</dev/null"), (3, "3<half"), (0, "0<half")] {
                let end = try await program.run(
                    "get", "main/token", "--identity-fd", "\(number)", script: "exec \"$0\" \"$@\" \(redirection)")
                end.expectRefusal(65, saying: "not a Coffer identity")
                let showsHalf = Marker("half of the identity", half).isIn(end.errorBytes)
                #expect(!showsHalf)
            }
            try await program.run("get", "main/token", "--identity-fd", "0", input: .bytes([]))
                .expectRefusal(65, saying: "not a Coffer identity")
        }
    }

    @Test func `a service gets it as its credential, unless something else is named`() async throws {
        try await Self.withMovedIdentity { program, home, kept in
            let text = try #require(FileManager.default.contents(atPath: kept))
            let folder = "\(home.path)/credentials"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let service = ["CREDENTIALS_DIRECTORY": folder]
            // As systemd leaves it: for its owner to read, and nobody to write.
            let credential = try home.write(text, to: "credentials/coffer.identity", mode: 0o400)
            let end = try await program.run("get", "main/token", environment: service)
            #expect(end.status == .exited(0) && end.text == "value", "\(end.errors)")

            try FileManager.default.removeItem(atPath: credential)
            try await program.run("get", "main/token", environment: service)
                .expectRefusal(66, saying: "there is no identity at \(home.identity)")

            // One that is there and no good is not passed over for the default file.
            try FileManager.default.copyItem(atPath: kept, toPath: home.identity)
            #expect(try await program.run("get", "main/token", environment: service).text == "value")
            try home.write([], to: "credentials/coffer.identity")
            try await program.run("get", "main/token", environment: service)
                .expectRefusal(65, saying: "not a Coffer identity")
            // Newer ones leave it to root, and let the service in by an access control list.
            try home.write(text, to: "credentials/coffer.identity", mode: 0o440)
            let isRoots = geteuid() == 0 && getegid() == 0
            #expect(
                try await program.run("get", "main/token", environment: service).status
                    == .exited(isRoots ? 0 : 78))
            try FileManager.default.removeItem(atPath: credential)
            try home.write(text, to: "credentials/coffer.identity", mode: 0o644)
            try await program.run("get", "main/token", environment: service)
                .expectRefusal(78, saying: "can be read or written by others")

            let third = ["get", "main/token", "--identity-fd", "3"]
            let named = try await program.run(third, environment: service, script: #"exec "$0" "$@" 3<kept"#)
            #expect(named.text == "value", "\(named.errors)")
            let empty = ["CREDENTIALS_DIRECTORY": ""]
            #expect(try await program.run("get", "main/token", environment: empty).text == "value")
        }
    }

    @Test func `a file that is not there is named, whoever named it`() async throws {
        try await Self.withMovedIdentity { program, home, _ in
            let none = "\(home.path)/none"
            try await program.run("get", "main/token", "--identity-file", none)
                .expectRefusal(66, saying: "there is no identity at \(none)")
            try await program.run("get", "main/token", environment: ["COFFER_IDENTITY_FILE": none])
                .expectRefusal(66, saying: "there is no identity at \(none)")
        }
    }
}
