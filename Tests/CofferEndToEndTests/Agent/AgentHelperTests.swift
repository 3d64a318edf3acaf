// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import SystemPackage
import Testing

/// The helpers of other tools where an agent serves and there is no identity.
@Suite(.timeLimit(.minutes(5))) struct `A helper that asks the agent` {
    private static let host = "https://git.example.com"
    private static let asked = "protocol=https\nhost=git.example.com\n"
    /// What a Kubernetes client sets.
    private static let kubernetes = [
        "KUBERNETES_EXEC_INFO":
            #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}"#
    ]

    private static func with(_ body: (World, RunningAgent) async throws -> Void) async throws {
        try await World.with(movesTime: true) { world in
            try await world.succeed("put", "main/password", input: .text("made-up-password"))
            try await world.succeed(
                "put", "main/aws", input: .text(#"{"AccessKeyId":"made-up-id","SecretAccessKey":"made-up-key"}"#))
            // A token that is younger is believed to be good.
            try await world.letPass(seconds: 60)
            _ = try await world.program.withAgent { agent in
                try FileManager.default.removeItem(atPath: world.program.home.identity)
                try await body(world, agent)
            }
        }
    }

    @Test func `gives git a token, takes it back, and has nothing to store`() async throws {
        try await Self.with { world, agent in
            let program = world.program
            try await world.succeed("bind", "git", Self.host, "main/crm/acme")
            let token = try await agent.token("main/crm/acme").value
            let got = try await world.succeed("helper", "git", "get", input: .text(Self.asked))
            #expect(got.text.hasPrefix("username=oauth2\npassword=\(token)\n") && got.errors.isEmpty)
            for operation in ["store", "erase"] {
                let lines = Self.asked + "username=oauth2\npassword=\(token)\n"
                let end = try await program.run("helper", "git", operation, input: .text(lines))
                #expect(end.status == .exited(0) && end.output.isEmpty && end.errors.isEmpty, "\(end.errors)")
            }
            #expect(try await agent.token("main/crm/acme").value != token)
        }
    }

    @Test func `gives passwords and keys to those that bindings name, and changes none`() async throws {
        try await Self.with { world, _ in
            let program = world.program
            for (kind, match, path) in [
                ("git", Self.host, "main/password"), ("keyring", "made-up-service", "main/password"),
                ("netrc", "files.example.com", "main/password"), ("curl", "https://api.example.com", "main/crm/acme"),
                ("docker", "registry.example.com", "main/crm/acme"), ("aws", "deploy", "main/aws"),
                ("kubernetes", "made-up-cluster", "main/crm/acme"),
            ] {
                let name = path == "main/password" ? ["--username", "ada"] : []
                try await world.succeed(["bind", kind, match, path] + name)
            }
            let token = try await world.token("acme")
            for (arguments, input, words) in [
                (["git", "get"], Self.asked, "username=ada\npassword=made-up-password\n"),
                (["keyring", "get", "made-up-service", "ada"], "", "made-up-password\n"),
                (["netrc", "files.example.com"], "", "made-up-password"),
                (["curl", "https://api.example.com/me"], "", token),
                (["docker", "get"], "registry.example.com", token),
                (["aws", "deploy"], "", "made-up-key"), (["kubernetes", "made-up-cluster"], "", token),
            ] {
                let end = try await program.run(
                    ["helper"] + arguments, input: .text(input), environment: Self.kubernetes)
                #expect(end.status == .exited(0) && end.errors.isEmpty, "\(arguments): \(end.errors)")
                #expect(end.text.contains(words), "\(arguments)")
                let alone = try await program.run(
                    ["helper"] + arguments + ["--no-agent"], input: .text(input), environment: Self.kubernetes)
                #expect(alone.status != .exited(0) && !alone.text.contains(words), "\(arguments)")
            }
            let lines = Self.asked + "username=ada\npassword=another-made-up\n"
            try await program.run("helper", "git", "store", input: .text(lines))
                .expectRefusal(66, saying: "there is no identity")
        }
    }

    @Test func `hands AWS no token, and finds nothing where nothing is`() async throws {
        try await Self.with { world, _ in
            let program = world.program
            try await world.succeed("bind", "aws", "token", "main/crm/acme")
            try await world.succeed("bind", "aws", "none", "main/none")
            try await program.run("helper", "aws", "token").expectRefusal(64, saying: "is a connection")
            try await program.run("helper", "aws", "none").expectRefusal(66, saying: "there is no main/none yet")
        }
    }
}
