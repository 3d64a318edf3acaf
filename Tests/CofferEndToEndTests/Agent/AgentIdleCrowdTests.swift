// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// A thousand clients connect and say nothing, which is more than are let in.
@Suite(.timeLimit(.minutes(5))) struct `An agent among idle clients` {
    private static let count = 1_000

    private static func connect(to agent: RunningAgent) async throws -> [UnixConnection] {
        var idle: [UnixConnection] = []
        for _ in 0..<count { idle.append(try await UnixConnection(to: agent.socket)) }
        return idle
    }

    /// What one who was idle is answered.
    private static func ask(_ client: UnixConnection, _ fields: String = "") async -> RunningAgent.Answer {
        let head = "GET /v1/health HTTP/1.1\r\nHost: coffer\r\nConnection: close\r\n\(fields)\r\n"
        await client.send(Array(head.utf8))
        return RunningAgent.Answer(await client.readToEnd())
    }

    @Test(.enabled(if: Descriptors.areMany)) func `lets newcomers in, at its own socket and at the one for tickets`()
        async throws
    {
        try await Home.withOneEntry { program, home in
            let place = "\(home.path)/tickets/agent.sock"
            let (_, end) = try await program.withAgent(["--ticket-socket", place]) { agent in
                let guests = RunningAgent(process: agent.process, socket: place)
                let made = try await program.run("agent", "ticket", "--path", "main/one")
                try #require(made.status == .exited(0), "\(made.errors)")
                let ticket = made.text.trimmingCharacters(in: .newlines)
                let field = "Authorization: Bearer \(ticket)"
                let guest = try await EventListener(guests, ticket: ticket)
                let listener = try await EventListener(agent)
                for one in [guest, listener] { #expect(await one.hears(":\n\n")) }

                let strangers = try await Self.connect(to: guests)
                let secret = try await guests.ask("/v1/secret?path=main/one", fields: [field])
                #expect(secret.json["value"] as? String == "1")
                // The first to come has made room, and the last is still there.
                let displaced = await strangers[0].readToEnd()
                #expect(displaced.isEmpty)
                let last = await Self.ask(strangers[Self.count - 1], field + "\r\n")
                #expect(last.status == 200)

                let own = try await Self.connect(to: agent)
                try await agent.expectService()
                let first = await own[0].readToEnd()
                #expect(first.isEmpty)
                let newest = await Self.ask(own[Self.count - 1])
                #expect(newest.status == 200)

                let metrics = String(decoding: try await agent.ask("/v1/metrics").body, as: UTF8.self)
                let line = metrics.split(separator: "\n").first { $0.hasPrefix("coffer_agent_open_connections ") }
                let open = try #require(line?.split(separator: " ").last.flatMap { Double($0) })
                // docs/agent.md: 512 and, for tickets, 96.
                #expect(open > 512 && open <= 608, "\(open)")

                // Who listens has made room for nobody: one hears of the lock, and the other that his ticket ends with it.
                let locked = try await program.run("agent", "lock")
                #expect(locked.status == .exited(0), "\(locked.errors)")
                #expect(await listener.hears("event: locked\n"))
                #expect(await guest.hears("0\r\n\r\n"))
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }
}
