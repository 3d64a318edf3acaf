// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// Commands that have a ticket, in an account whose owner's identity lies at its usual place.
@Suite(.timeLimit(.minutes(5))) struct `A ticket where there is an identity as well` {
    private static let connection = "main/crm/acme"

    @Test func `is never given up for the vault`() async throws {
        try await World.with { world in
            try await world.succeed("put", "main/key", input: .text("made-up-key"))
            let program = world.program
            let file = try program.home.write("coffer-ticket-1made-up\n".utf8, to: "ticket")
            for ticket in [
                ["COFFER_AGENT_TICKET_FILE": file], ["COFFER_AGENT_TICKET": "coffer-ticket-1made-up"],
            ] {
                for command in [["token", Self.connection], ["get", "main/key"]] {
                    try await program.run(command, environment: ticket).expectRefusal(69, saying: "no agent serves")
                }
            }
            _ = try await program.withAgent { agent in
                for ticket in ["\(program.home.path)/none", "/dev/null"] {
                    try await program.run(
                        "token", Self.connection, environment: ["COFFER_AGENT_TICKET_FILE": ticket]
                    ).expectRefusal(78, saying: "COFFER_AGENT_TICKET_FILE")
                }
                let text = try await world.succeed("agent", "ticket", "--path", "main/**").text
                let named = ["COFFER_AGENT_TICKET": text.trimmingCharacters(in: .newlines)]
                let asked = try await program.run("get", "main/key", environment: named)
                #expect(asked.text == "made-up-key" && asked.errors.isEmpty)
                for more in [
                    ["--no-agent"], ["--reason", "made up"], ["--wait", "1s"],
                    ["--identity-file", program.home.identity],
                ] {
                    try await program.run(["token", Self.connection] + more, environment: named)
                        .expectRefusal(78, saying: "a ticket is named")
                }
                try await world.succeed("agent", "lock")
                let locked = try await program.run("token", Self.connection, environment: named)
                #expect(locked.status != .exited(0) && locked.output.isEmpty, "\(locked.errors)")
                // Without the ticket the vault is opened as ever.
                try await world.succeed("token", Self.connection)
                try await world.succeed("agent", "unlock")
                _ = try await agent.token(Self.connection)
            }
        }
    }

    @Test func `is not given up where the agent serves another vault`() async throws {
        try await World.with { world in
            let program = world.program
            _ = try await program.withAgent { agent in
                let text = try await world.succeed("agent", "ticket", "--path", "main/**").text
                try await Home.with { other in
                    let stranger = Program(home: other)
                    try #require(try await stranger.run("init").status == .exited(0))
                    try #require(
                        try await stranger.run("put", "main/key", input: .text("made up")).status == .exited(0))
                    let socket = ["COFFER_AGENT_SOCKET": agent.socket]
                    let ticket = ["COFFER_AGENT_TICKET": text.trimmingCharacters(in: .newlines)]
                    try await stranger.run("get", "main/key", environment: socket.merging(ticket) { $1 })
                        .expectRefusal(78, saying: "serves another vault")
                    // Without a ticket the vault is opened, and that is said.
                    for more in [[], ["--reason", "made up"], ["--identity-file", other.identity]] {
                        let end = try await stranger.run(["get", "main/key"] + more, environment: socket)
                        #expect(end.status == .exited(0) && end.text == "made up", "\(end.errors)")
                        end.expectOneSentence(saying: "warning: COFFER_AGENT_SOCKET is set")
                    }
                    let alone = try await stranger.run("get", "main/key", "--no-agent", environment: socket)
                    #expect(alone.status == .exited(0) && alone.errors.isEmpty)
                }
            }
        }
    }

    @Test func `opens no vault for what a tool stores`() async throws {
        try await World.with { world in
            try await world.succeed("put", "main/password", input: .text("made-up-password"))
            try await world.succeed("bind", "git", "https://git.example.com", "main/password", "--username", "ada")
            let lines = "protocol=https\nhost=git.example.com\nusername=ada\npassword=another-made-up\n"
            _ = try await world.program.withAgent { _ in
                let text = try await world.succeed("agent", "ticket", "--path", "main/**").text
                let end = try await world.program.run(
                    "helper", "git", "store", input: .text(lines),
                    environment: ["COFFER_AGENT_TICKET": text.trimmingCharacters(in: .newlines)])
                end.expectRefusal(78, saying: "a ticket is named")
            }
            #expect(try await world.field("main/password") == "made-up-password")
        }
    }
}
