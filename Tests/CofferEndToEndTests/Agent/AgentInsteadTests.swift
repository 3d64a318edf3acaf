// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import SystemPackage
import Testing

/// The commands that ask an agent in place of the vault.
@Suite(.timeLimit(.minutes(5))) struct `An agent in place of the vault` {
    private static let connection = "main/crm/acme"

    /// Runs a body in a world with a secret, an agent, and no identity at its usual place; it gets where the identity is.
    private static func withAgent(
        isEndedByBody: Bool = false, _ body: (World, RunningAgent, _ identity: String) async throws -> Void
    ) async throws {
        try await World.with { world in
            try await world.succeed("put", "main/key", input: .bytes([0x6D, 0x00, 0xFF]))
            let aside = "\(world.program.home.path)/aside"
            let (_, end) = try await world.program.withAgent(isEndedByBody: isEndedByBody) { agent in
                try FileManager.default.moveItem(atPath: world.program.home.identity, toPath: aside)
                try await body(world, agent, aside)
            }
            if !isEndedByBody { #expect(end.status == .exited(0), "\(end.errors)") }
        }
    }

    @Test func `hands out tokens and static secrets to who has no identity`() async throws {
        try await Self.withAgent { world, agent, _ in
            let token = try await agent.token(Self.connection).value
            #expect(try await world.token("acme") == token)
            let plain = try await world.succeed("token", Self.connection, "--format", "header")
            #expect(plain.text == "Authorization: Bearer \(token)\n" && plain.errors.isEmpty)
            let object = try await world.succeed("token", Self.connection, "--json").json
            #expect(object["access_token"] as? String == token && object["version"] as? Int == 1)
            #expect(object["path"] as? String == Self.connection && object["format_version"] as? Int == 1)
            for reference in [Self.connection, "\(Self.connection)#access_token", "coffer://\(Self.connection)"] {
                #expect(try await world.field(reference) == token)
            }
            for reference in ["main/key", "main/key#value"] {
                #expect(try await world.succeed("get", reference).output == [0x6D, 0x00, 0xFF])
            }
        }
    }

    @Test func `fails as the vault does`() async throws {
        try await Self.withAgent { world, _, _ in
            let program = world.program
            try await program.run("token", "main/crm/none").expectRefusal(66, saying: "main/crm/none")
            try await program.run("get", "main/none").expectRefusal(66, saying: "main/none")
            try await program.run("token", "main/key").expectRefusal(78, saying: "main/key")
            let short = try await program.run("token", Self.connection, "--min-valid", "1000d")
            #expect(short.status == .exited(0) && short.errors.contains("less than was asked for"), "\(short.errors)")
            try await program.run("token", Self.connection, "--min-valid", "1000d", "--min-valid-strict")
                .expectRefusal(75, saying: "less than was asked for")
            let json = try await program.run("token", "main/crm/none", "--json")
            #expect(json.status == .exited(66) && json.errors.contains(#""code":"not_found""#), "\(json.errors)")
        }
    }

    @Test func `is not asked for what only the vault can do, or where somebody says so`() async throws {
        try await Self.withAgent { world, _, identity in
            let program = world.program
            for more in [
                ["--no-agent"], ["--reason", "made up"], ["--wait", "1s"], ["--hold-wait", "1s"],
                ["--format", "header", "--for", "GET https://acme.example/"],
            ] {
                try await program.run(["token", Self.connection] + more)
                    .expectRefusal(66, saying: "there is no identity")
                try await world.succeed(["token", Self.connection, "--identity-file", identity] + more)
            }
            try await program.run("get", "\(Self.connection)#account_url")
                .expectRefusal(66, saying: "there is no identity")
            try await program.run(
                "token", Self.connection, environment: ["COFFER_IDENTITY_FILE": "\(program.home.path)/none"]
            ).expectRefusal(66, saying: "there is no identity")
        }
    }

    @Test func `is the vault's own: another vault is opened by itself`() async throws {
        try await Self.withAgent { world, _, _ in
            try await Home.with { other in
                try #require(try await Program(home: other).run("init").status == .exited(0))
                try await world.program.run("token", Self.connection, "--vault", other.vault)
                    .expectRefusal(66, saying: "there is no identity")
                // Its own under another name.
                try FileManager.default.createSymbolicLink(
                    atPath: "\(other.path)/link.db", withDestinationPath: world.program.home.vault)
                try await world.succeed("token", Self.connection, "--vault", "\(other.path)/link.db")
            }
        }
    }

    @Test func `that was stopped or killed is said so, and the vault opened where there is an identity`() async throws {
        try await Self.withAgent(isEndedByBody: true) { world, agent, identity in
            let program = world.program
            agent.process.send(SIGKILL)
            while await agent.process.nextLine() != nil {}
            #expect(FileManager.default.fileExists(atPath: agent.socket))
            for command in [["token", Self.connection], ["get", "main/key"]] {
                try await program.run(command).expectRefusal(69, saying: "no agent answers at \(agent.socket)")
            }
            try FileManager.default.copyItem(atPath: identity, toPath: program.home.identity)
            let end = try await program.run("token", Self.connection)
            #expect(end.status == .exited(0) && !end.output.isEmpty)
            end.expectOneSentence(saying: "the vault is opened without it")
            try FileManager.default.removeItem(atPath: agent.socket)
            #expect(try await world.succeed("token", Self.connection).errors.isEmpty)
            try FileManager.default.removeItem(atPath: program.home.identity)
            try await program.run("token", Self.connection).expectRefusal(66, saying: "coffer agent serves this vault")
        }
    }

    @Test func `is not believed in a folder that others can enter`() async throws {
        try await Self.withAgent { world, agent, identity in
            let program = world.program
            let folder = (agent.socket as NSString).deletingLastPathComponent
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            try await program.run("token", Self.connection).expectRefusal(78, saying: "chmod 700 \(folder)")
            try FileManager.default.copyItem(atPath: identity, toPath: program.home.identity)
            let end = try await program.run("token", Self.connection)
            #expect(end.status == .exited(0) && !end.output.isEmpty)
            end.expectOneSentence(saying: "the vault is opened without it")
        }
    }
}
