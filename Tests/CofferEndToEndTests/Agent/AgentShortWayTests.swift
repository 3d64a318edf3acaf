// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import Subprocess
import Testing

/// `coffer token` beside itself: `--reveal` means nothing where there is no terminal, but leads to the long way, which asks an agent for its
/// health first.
@Suite(.timeLimit(.minutes(5))) struct `A token by the short way` {
    private static let connection = "main/crm/acme"

    /// How often an agent has answered to something well.
    private static func count(_ operation: String, _ agent: RunningAgent) async throws -> Int {
        let body = try await agent.ask("/v1/metrics").body
        let name = #"coffer_agent_requests_total{operation="\#(operation)",outcome="ok"} "#
        let line = String(decoding: body, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
        return line.flatMap { Int($0.dropFirst(name.count)) } ?? 0
    }

    /// Runs a body in a world with an agent, and no identity at its usual place; it gets where the identity is.
    private static func withAgent(_ body: (World, RunningAgent, _ identity: String) async throws -> Void) async throws {
        try await World.with { world in
            let aside = "\(world.program.home.path)/aside"
            let (_, end) = try await world.program.withAgent { agent in
                try FileManager.default.moveItem(atPath: world.program.home.identity, toPath: aside)
                try await body(world, agent, aside)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    /// Expects that both ways end alike; where they fail, that both were gone.
    private static func expectAgreement(
        _ program: Program, _ more: [String] = [], path: String = connection, environment: [String: String] = [:],
        status: Int32, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let line = ["token", path] + more
        let short = try await program.run(line, environment: environment)
        let long = try await program.run(line + ["--reveal"], environment: environment)
        #expect(short.status == .exited(status), "\(short.errors)", sourceLocation: sourceLocation)
        #expect(short.status == long.status && short.output == long.output, sourceLocation: sourceLocation)
        // How long a token lives differs by the second.
        func words(_ end: Finished) -> String { end.errors.filter { !$0.isNumber } }
        #expect(words(short) == words(long), "\(short.errors)\(long.errors)", sourceLocation: sourceLocation)
    }

    @Test func `is the same, and costs the agent one question`() async throws {
        try await Self.withAgent { world, agent, _ in
            for more in [[], ["--min-valid", "1m"], ["--format", "value"], ["--format=value", "--min-valid=60s"]] {
                let (health, tokens) = (
                    try await Self.count("health", agent), try await Self.count("token", agent)
                )
                let line = ["token", Self.connection] + more
                let short = try await world.succeed(line)
                #expect(try await Self.count("health", agent) == health, "\(more)")
                #expect(try await Self.count("token", agent) == tokens + 1, "\(more)")
                let long = try await world.succeed(line + ["--reveal"])
                #expect(try await Self.count("health", agent) == health + 1, "\(more)")
                #expect(short.output == long.output && !short.output.isEmpty)
                #expect(short.errors.isEmpty && long.errors.isEmpty)
            }
            // Under another name it is the same file.
            let link = "\(world.program.home.path)/link.db"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: world.program.home.vault)
            let health = try await Self.count("health", agent)
            let end = try await world.program.run("token", Self.connection, environment: ["COFFER_VAULT": link])
            #expect(end.status == .exited(0) && end.errors.isEmpty)
            #expect(try await Self.count("health", agent) == health)
        }
    }

    @Test func `is handed out for that very file, and no other`() async throws {
        try await Self.withAgent { world, agent, _ in
            let file = try #require(FileIdentity(world.program.home.vault)).text
            let target = "/v1/token?path=\(Self.connection)&vault_file="
            #expect(try await agent.ask(target + file).status == 200)
            for other in [file + "1", "1" + file, "1-1", "", "made-up"] {
                let answer = try await agent.ask(target + other)
                #expect(answer.status == 409 && answer.code == "misconfigured", "\(other)")
            }
            // A copy has the same id, by which the long way goes.
            let copy = "\(world.program.home.path)/copy.db"
            try FileManager.default.copyItem(atPath: world.program.home.vault, toPath: copy)
            let health = try await Self.count("health", agent)
            try await Self.expectAgreement(world.program, environment: ["COFFER_VAULT": copy], status: 0)
            #expect(try await Self.count("health", agent) == health + 2)
        }
    }

    @Test func `gives way where nothing is handed out, and ends as the long way does`() async throws {
        try await Self.withAgent { world, agent, identity in
            let program = world.program
            try await Self.expectAgreement(program, path: "main/crm/none", status: 66)
            try await Self.expectAgreement(program, path: "main/crm", status: 78)
            try await Self.expectAgreement(program, ["--min-valid", "1000d"], status: 0)
            for environment in [
                ["COFFER_IDENTITY_FILE": "\(program.home.path)/none"], ["COFFER_VAULT": "\(program.home.path)/none.db"],
            ] {
                try await Self.expectAgreement(program, environment: environment, status: 66)
            }
            try await Self.expectAgreement(program, environment: ["COFFER_AGENT_TICKET": "made-up"], status: 77)
            try await Self.expectAgreement(program, environment: ["COFFER_PIN": "made-up"], status: 65)
            try await Self.expectAgreement(
                program, environment: ["COFFER_IDENTITY_FILE": identity], status: 0)
            let folder = (agent.socket as NSString).deletingLastPathComponent
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            try await Self.expectAgreement(program, status: 78)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
            try await world.succeed("agent", "lock")
            try await Self.expectAgreement(program, status: 82)
            try FileManager.default.copyItem(atPath: identity, toPath: program.home.identity)
            try await Self.expectAgreement(program, status: 0)
        }
    }

    /// Runs the command with an agent that says nothing, and gives the signals once it waits.
    private static func interrupted(by signals: [Int32], script: String? = nil) async throws -> Finished {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            let agent = try SilentAgent(in: home)
            let (_, end) = try await program.start(["token", Self.connection], script: script) { running in
                let question = await agent.question()
                #expect(question.hasPrefix("GET /v1/token?") && question.contains("&vault_file="))
                for signal in signals { running.send(signal) }
            }
            // It must not hang up before.
            withExtendedLifetime(agent) {}
            return end
        }
    }

    @Test(arguments: [(SIGINT, Int32(130), "interrupted"), (SIGTERM, Int32(143), "ended by a signal")])
    func `ends on a signal while it waits`(_ signal: Int32, _ status: Int32, _ sentence: String) async throws {
        let end = try await Self.interrupted(by: [signal])
        #expect(end.status == .exited(status) && end.output.isEmpty)
        #expect(end.errors == "coffer: \(sentence)\n")
    }

    @Test func `does not end on a signal that is ignored`() async throws {
        let end = try await Self.interrupted(by: [SIGHUP, SIGINT], script: "trap '' HUP; exec \"$0\" \"$@\"")
        #expect(end.status == .exited(130) && end.errors == "coffer: interrupted\n", "\(end.errors)")
    }

    @Test func `is another vault's only where that is meant`() async throws {
        try await Self.withAgent { world, agent, _ in
            try await Home.with { other in
                let stranger = Program(home: other)
                try #require(try await stranger.run("init").status == .exited(0))
                try await Self.expectAgreement(
                    stranger, environment: ["COFFER_AGENT_SOCKET": agent.socket], status: 66)
            }
        }
    }
}
