// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import Subprocess
import Testing

/// An agent that is told to read its identity again.
@Suite(.timeLimit(.minutes(5))) struct `An agent that is hung up on` {
    private static func identity(_ agent: RunningAgent) async throws -> String? {
        (try await agent.ask("/v1/status").json["agent"] as? [String: Any])?["identity"] as? String
    }

    private static func replace(_ file: String, with other: String) throws {
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.copyItem(atPath: other, toPath: file)
    }

    @Test func `goes on with what it reads, and as before where it can't`() async throws {
        try await World.with { world in
            let home = world.program.home
            let issuer = try await home.join("issuer", .issuer)
            let aside = home.identity + ".aside"
            try FileManager.default.copyItem(atPath: home.identity, toPath: aside)
            let (_, end) = try await world.program.withAgent(environment: ["COFFER_LOG": "trace"]) { agent in
                #expect(try await Self.identity(agent) == "owner")
                try Self.replace(home.identity, with: issuer)
                agent.process.send(SIGHUP)
                _ = try #require(await agent.process.line(containing: "going on with what was read"))
                #expect(try await Self.identity(agent) == "issuer")
                #expect(try await agent.token("main/crm/acme").version == 1)

                try home.write("made-up nonsense".utf8, to: "bad")
                try Self.replace(home.identity, with: "\(home.path)/bad")
                agent.process.send(SIGHUP)
                _ = try #require(await agent.process.line(containing: "going on as before"))
                #expect(try await Self.identity(agent) == "issuer")
                try await agent.expectService()

                try Self.replace(home.identity, with: aside)
                try #require(try await world.program.run("agent", "lock").status == .exited(0))
                agent.process.send(SIGHUP)
                _ = try #require(await agent.process.line(containing: "going on as before"))
                #expect(try await world.program.run("agent", "unlock").status == .exited(0))
                #expect(try await Self.identity(agent) == "owner")
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(!end.errors.contains("made-up"))
        }
    }

    @Test func `ends its tickets where the identity is another one, and keeps them where it is the same`() async throws
    {
        try await World.with { world in
            let home = world.program.home
            let issuer = try await home.join("issuer", .issuer)
            let (_, end) = try await world.program.withAgent { agent in
                let made = try await world.succeed("agent", "ticket", "--path", "main/**")
                let fields = ["Authorization: Bearer \(made.text.trimmingCharacters(in: .newlines))"]
                agent.process.send(SIGHUP)
                _ = try #require(await agent.process.line(containing: "going on with what was read"))
                let same = try await agent.ask("/v1/token?path=main/crm/acme", fields: fields)
                #expect(same.status == 200)
                try Self.replace(home.identity, with: issuer)
                agent.process.send(SIGHUP)
                _ = try #require(await agent.process.line(containing: "going on with what was read"))
                let other = try await agent.ask("/v1/token?path=main/crm/acme", fields: fields)
                #expect(other.status == 401 && other.code == "invalid_ticket")
                let list = try await world.succeed("agent", "ticket", "list", "--json").json["tickets"] as? [Any]
                #expect(list?.isEmpty == true)
                _ = try await agent.token("main/crm/acme")
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `ends where its terminal has gone`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            let sitting = try await program.sit(["agent"], [.closes(at: "serving at ")])
            #expect(sitting.status == 0, "\(sitting.screen)")
            #expect(!FileManager.default.fileExists(atPath: "\(home.path)/run/coffer/agent.sock"))
        }
    }
}
