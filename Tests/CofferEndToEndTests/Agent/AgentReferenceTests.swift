// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// `coffer run` and `coffer inject` where an agent serves.
@Suite(.timeLimit(.minutes(5))) struct `References that an agent stands in for` {
    private static let variables = ["--env", "TOKEN=coffer://main/crm/acme", "--env", "KEY=coffer://main/key#value"]

    /// One command of each kind with the secret of a ``RunWorld``.
    private static func commands(_ program: Program) throws -> [[String]] {
        let template = try program.home.write("{{ coffer://main/key }}".utf8, to: "template")
        return [RunWorld.arguments("echo started"), ["inject", template]]
    }

    @Test func `become what the vault would give, and need no identity`() async throws {
        try await World.with { world in
            let program = world.program
            try await world.succeed("put", "main/key", input: .text("made-up-key"))
            let template = try program.home.write(
                "token: {{ coffer://main/crm/acme#access_token }}\nkey: {{ coffer://main/key }}\n".utf8,
                to: "template")
            let shell = ["--", "/bin/sh", "-c", #"echo "$TOKEN $KEY"; printf %s "$KEY" | base64 >&2; exit 7"#]
            let commands: [(verb: String, more: [String])] = [
                ("run", Self.variables + shell), ("run", Self.variables + ["--no-mask"] + shell),
                ("run", Self.variables + ["--only"] + shell), ("inject", [template]),
                ("inject", Self.variables + ["--format", "json"]), ("inject", Self.variables + ["--format", "shell"]),
            ]
            var long: [Finished] = []
            for (verb, more) in commands { long.append(try await program.run([verb, "--no-agent"] + more)) }
            #expect(long[0].status == .exited(7) && long[0].text == "*** ***\n", "\(long[0].errors)")
            #expect(long[1].text.hasSuffix(" made-up-key\n") && !long[0].errors.contains("bWFkZS11"))
            #expect(long[3].status == .exited(0) && long[3].text.hasSuffix("\nkey: made-up-key\n"))
            _ = try await program.withAgent { _ in
                try FileManager.default.removeItem(atPath: program.home.identity)
                for ((verb, more), expected) in zip(commands, long) {
                    let end = try await program.run([verb] + more)
                    #expect(end.status == expected.status && end.output == expected.output, "\(verb): \(end.errors)")
                    #expect(end.errors == expected.errors)
                    try await program.run([verb, "--no-agent"] + more)
                        .expectRefusal(66, saying: "there is no identity")
                }
            }
        }
    }

    @Test func `all come from the vault where one of them, or another option, is the vault's alone`() async throws {
        try await World.with { world in
            let program = world.program
            try await world.succeed("put", "main/key", input: .text("made-up-key"))
            let aside = "\(program.home.path)/aside"
            _ = try await program.withAgent { _ in
                try FileManager.default.moveItem(atPath: program.home.identity, toPath: aside)
                for more in [
                    ["--env", "URL=coffer://main/crm/acme#account_url"], ["--env", "ID=coffer://main/crm#client_id"],
                    ["--no-agent"], ["--reason", "made up"],
                ] {
                    for (verb, rest) in [
                        ("run", ["--", "/bin/sh", "-c", "echo started"]), ("inject", ["--format", "json"]),
                    ] {
                        let end = try await program.run([verb] + Self.variables + more + rest)
                        end.expectRefusal(66, saying: "there is no identity")
                        try await world.succeed([verb, "--identity-file", aside] + Self.variables + more + rest)
                    }
                }
            }
        }
    }

    @Test func `leave the command neither the ticket nor a connection to the agent`() async throws {
        try await RunWorld.with { world in
            let program = world.program
            let script = #"""
                echo "${#TOKEN} ${COFFER_AGENT_TICKET-none} ${COFFER_AGENT_SOCKET-none}"
                for file in /proc/self/fd/*; do readlink "$file"; done
                true
                """#
            _ = try await program.withAgent { agent in
                let alone = try await world.shell(script, options: ["--no-agent"]).text.split(separator: "\n")
                let ticket = try await program.run("agent", "ticket", "--path", "main/key").text
                try FileManager.default.removeItem(atPath: program.home.identity)
                let named = [
                    "COFFER_AGENT_TICKET": ticket.trimmingCharacters(in: .newlines),
                    "COFFER_AGENT_SOCKET": agent.socket,
                ]
                for options in [[], ["--no-mask"]] {
                    let end = try await world.shell(script, options: options, environment: named)
                    let lines = end.text.split(separator: "\n")
                    let said = "\(RunWorld.secret.utf8.count) none \(agent.socket)"
                    #expect(end.status == .exited(0) && lines.first.map { String($0) } == said, "\(end.errors)")
                    let sockets = lines.filter { $0.hasPrefix("socket:") && !alone.contains($0) }
                    #expect(sockets.isEmpty)
                }
            }
        }
    }

    @Test func `that a ticket is not for are not there, and nothing is started or written`() async throws {
        try await RunWorld.with { world in
            let program = world.program
            try await program.run("put", "main/other", input: .text("made-up-other"))
            let template = try program.home.write(
                "{{ coffer://main/key }}\n{{ coffer://main/other }}\n".utf8, to: "template")
            _ = try await program.withAgent { _ in
                let ticket = try await program.run("agent", "ticket", "--path", "main/key").text
                let named = ["COFFER_AGENT_TICKET": ticket.trimmingCharacters(in: .newlines)]
                try await world.shell(
                    "touch started", options: ["--env", "OTHER=coffer://main/other"], environment: named
                ).expectRefusal(66, saying: "variable OTHER")
                let output = "\(program.home.path)/out"
                try await program.run("inject", template, "--output", output, environment: named)
                    .expectRefusal(66, saying: "line 2 of \(template)")
                for file in ["\(program.home.path)/started", output] {
                    #expect(!FileManager.default.fileExists(atPath: file))
                }
                let given = try await world.shell(#"echo "$TOKEN""#, environment: named)
                #expect(given.status == .exited(0) && given.text == "***\n" && given.errors.isEmpty, "\(given.errors)")
                // The vault is not opened for these either, although its identity is there.
                for more in [["--env", "ID=coffer://main/key#client_id"], ["--no-agent"], ["--reason", "made up"]] {
                    try await world.shell("touch started", options: more, environment: named)
                        .expectRefusal(78, saying: "a ticket is named")
                    try await program.run(
                        ["inject", "--format", "json", "--env", "TOKEN=coffer://main/key"] + more, environment: named
                    ).expectRefusal(78, saying: "a ticket is named")
                }
                #expect(!FileManager.default.fileExists(atPath: "\(program.home.path)/started"))
            }
        }
    }

    @Test func `come from the vault while the agent is locked, if there is an identity`() async throws {
        try await RunWorld.with { world in
            let program = world.program
            let commands = try Self.commands(program)
            _ = try await program.withAgent { _ in
                try #require(try await program.run("agent", "lock").status == .exited(0))
                for command in commands {
                    let end = try await program.run(command)
                    #expect(end.status == .exited(0) && !end.output.isEmpty, "\(end.errors)")
                    end.expectOneSentence(saying: "the vault is opened without it")
                }
                try FileManager.default.removeItem(atPath: program.home.identity)
                for command in commands {
                    let end = try await program.run(command)
                    end.expectRefusal(82, saying: "the agent is locked")
                    #expect(!end.errors.contains("TOKEN") && !end.errors.contains("line 1"))
                }
            }
        }
    }

    @Test func `need an identity again when the agent has gone`() async throws {
        try await RunWorld.with { world in
            let program = world.program
            let commands = try Self.commands(program)
            let aside = "\(program.home.path)/aside"
            _ = try await program.withAgent(isEndedByBody: true) { agent in
                agent.process.send(SIGKILL)
                while await agent.process.nextLine() != nil {}
                for command in commands {
                    let end = try await program.run(command)
                    #expect(end.status == .exited(0) && !end.output.isEmpty, "\(end.errors)")
                    end.expectOneSentence(saying: "the vault is opened without it")
                }
                try FileManager.default.moveItem(atPath: program.home.identity, toPath: aside)
                for command in commands {
                    try await program.run(command).expectRefusal(69, saying: "no agent answers at \(agent.socket)")
                }
                try FileManager.default.removeItem(atPath: agent.socket)
                for command in commands {
                    try await program.run(command).expectRefusal(66, saying: "coffer agent serves this vault")
                }
                try FileManager.default.moveItem(atPath: aside, toPath: program.home.identity)
                for command in commands {
                    let end = try await program.run(command)
                    #expect(end.status == .exited(0) && !end.output.isEmpty && end.errors.isEmpty, "\(end.errors)")
                }
            }
        }
    }
}
