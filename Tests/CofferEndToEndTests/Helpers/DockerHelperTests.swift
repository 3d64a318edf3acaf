// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// With docker's own client, and the one for Python: Tests/Clients.
@Suite(.timeLimit(.minutes(3))) struct `docker, with the program as its helper` {
    private static let registry = "registry.example:5000"
    private static let none = "credentials not found in native keychain\n"

    private static func stored(_ username: String, _ secret: String) -> Program.Input {
        .text(#"{"ServerURL":"\#(registry)","Username":"\#(username)","Secret":"\#(secret)"}"#)
    }

    /// Expects a line on standard output, nothing on standard error, and status 1, as the protocol has it.
    private static func expectNo(_ end: Finished, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(end.status == .exited(1), sourceLocation: sourceLocation)
        #expect(end.text.hasSuffix("\n") && end.text.contains(text), "\(end.text)", sourceLocation: sourceLocation)
        #expect(!end.text.contains("made"), "\(end.text)", sourceLocation: sourceLocation)
        #expect(end.errors.isEmpty, "\(end.errors)", sourceLocation: sourceLocation)
    }

    @Test func `gets a connection's token, which it neither replaces nor removes`() async throws {
        try await World.with { world in
            let program = world.program
            try await world.succeed("bind", "docker", Self.registry, "main/crm/acme")
            let token = try await world.token("acme")
            let answer = try await world.succeed("helper", "docker", "get", input: .text("https://\(Self.registry)\n"))
            #expect(
                answer.json as? [String: String]
                    == ["ServerURL": "https://\(Self.registry)", "Username": "oauth2", "Secret": token])
            try await world.succeed(["helper", "docker", "store"], input: Self.stored("oauth2", token))
            Self.expectNo(
                try await program.run("helper", "docker", "store", input: Self.stored("ada", "made-up")),
                "main/crm/acme was not replaced: it is a connection")
            Self.expectNo(
                try await program.run("helper", "docker", "erase", input: .text(Self.registry)),
                "main/crm/acme was not removed: it is a connection")
            #expect(try await world.token("acme") == token)
            let record = try await world.succeed("audit", "show", "--json").text
            #expect(record.contains("docker get \(Self.registry)"))
            let refused = try await program.run(
                "bind", "docker", Self.registry, "main/crm/acme", "--username", "<token>")
            #expect(refused.status == .exited(64) && refused.errors.contains("only the registry makes"))
        }
    }

    @Test func `gets what it stored, an identity token as well, and nothing else goes`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("bind", "docker", Self.registry, "main/registry")
            let address = Program.Input.text(Self.registry)
            #expect(try await program.run("helper", "docker", "get", input: address).text == Self.none)
            for (name, secret) in [("ada", "made-up-1"), ("ada", "made-up-2")] {
                let end = try await program.run("helper", "docker", "store", input: Self.stored(name, secret))
                #expect(end.status == .exited(0) && end.output.isEmpty && end.errors.isEmpty)
            }
            let answer = try await program.run("helper", "docker", "get", input: address)
            #expect(answer.json["Username"] as? String == "ada" && answer.json["Secret"] as? String == "made-up-2")
            Self.expectNo(
                try await program.run("helper", "docker", "store", input: Self.stored("mallory", "made-up-3")),
                "it is another name's")
            Self.expectNo(
                try await program.run("helper", "docker", "store", input: Self.stored("ada", #"made\nup"#)),
                "line break")
            #expect(try await program.run("helper", "docker", "erase", input: address).status == .exited(0))
            Self.expectNo(try await program.run("helper", "docker", "erase", input: address), Self.none)
            try await program.run("helper", "docker", "store", input: Self.stored("<token>", "made-up-identity"))
            #expect(
                try await program.run("helper", "docker", "get", input: address).json["Username"] as? String
                    == "<token>")
        }
    }

    @Test func `gets no password of a name that nobody said, and of two names none`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/team", input: .text("made-up-token\n"))
            let address = Program.Input.text(Self.registry)
            try await program.run("bind", "docker", Self.registry, "main/team")
            Self.expectNo(
                try await program.run("helper", "docker", "get", input: address),
                "main/team is a password without a name")
            try await program.run("bind", "docker", Self.registry, "--remove")
            for name in ["ci", "deploy"] {
                try await program.run("bind", "docker", Self.registry, "main/team", "--username", name)
            }
            Self.expectNo(try await program.run("helper", "docker", "get", input: address), "several names are bound")
            try await program.run("bind", "docker", Self.registry, "--remove", "--username", "deploy")
            #expect(
                try await program.run("helper", "docker", "get", input: address).json["Username"] as? String == "ci")
            Self.expectNo(
                try await program.run("helper", "docker", "erase", input: address), "no tool stored what is there")
            #expect(try await program.run("get", "main/team").text == "made-up-token\n")
        }
    }

    @Test func `is answered as the protocol has it where nothing is bound, without the vault being opened`()
        async throws
    {
        try await Home.with { home in
            // There is no vault: to look into it would fail.
            let program = Program(home: home)
            try await program.run("bind", "docker", "https://index.docker.io/v1/", "main/hub", "--username", "ada")
            for text in [Self.registry, "https://index.docker.io/v1/refresh-token", "http://index.docker.io"] {
                let end = try await program.run("helper", "docker", "get", input: .text(text))
                #expect(end.text == Self.none && end.status == .exited(1) && end.errors.isEmpty)
            }
            #expect(
                try await program.run("helper", "docker", "list", input: .text("unused")).text
                    == #"{"https://index.docker.io/v1/":"ada"}"# + "\n")
            Self.expectNo(
                try await program.run("helper", "docker", "get", input: .text("\n")), "no credentials server URL\n")
            Self.expectNo(
                try await program.run("helper", "docker", "store", input: Self.stored("", "made-up")),
                "no credentials username\n")
            Self.expectNo(
                try await program.run("helper", "docker", "store", input: Self.stored("ada", "made-up")),
                "nothing is bound to \(Self.registry)")
            Self.expectNo(
                try await program.run(
                    "helper", "docker", "store",
                    input: .text(#"{"ServerURL":"https://ada:made-up@a.example","Username":"ada","Secret":"made-up"}"#)),
                "is named as https://HOST")
            let link = home.path + "/docker-credential-coffer"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: Program.path)
            let script = #"exec "\#(link)" "$@""#
            #expect(
                try await program.run("version", script: script).text.hasPrefix("docker-credential-coffer (coffer) "))
            Self.expectNo(
                try await program.run(["of-tomorrow"], script: script),
                "docker-credential-coffer: unknown action: of-tomorrow\n")
            for arguments in [[], ["get", "more"]] {
                Self.expectNo(
                    try await program.run(arguments, script: script),
                    "Usage: docker-credential-coffer <store|get|erase|list|version>\n")
            }
        }
    }
}
