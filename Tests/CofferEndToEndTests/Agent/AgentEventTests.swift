// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import CofferVault
import Foundation
import Subprocess
import Testing

/// Somebody listens to what happens.
@Suite(.timeLimit(.minutes(5))) struct `An agent's events` {
    @Test func `tell of refreshes and locks, and end with the agent`() async throws {
        try await World.with(lifetime: .seconds(ProgramClock.watchedLife), movesTime: true) { world in
            let (_, end) = try await world.program.withAgent(isEndedByBody: true) { agent in
                let token = try await agent.token("main/crm/acme").value
                let listener = try await EventListener(agent)
                #expect(await listener.hears("\r\n\r\n"))
                #expect(listener.heard.hasPrefix("HTTP/1.1 200 "))
                #expect(listener.heard.lowercased().contains("content-type: text/event-stream\r\n"))
                #expect(await listener.hears(":\n\n"))
                try await world.letPass(seconds: ProgramClock.due)
                #expect(await listener.hears("event: refreshed\ndata: {"))
                #expect(await listener.hears(#""path":"main/crm/acme","state":"active","version":"#))

                try #require(try await world.program.run("agent", "lock").status == .exited(0))
                #expect(await listener.hears("event: locked\n"))
                try #require(try await world.program.run("agent", "unlock").status == .exited(0))
                #expect(await listener.hears("event: unlocked\n"))
                #expect(!listener.heard.contains(token))

                agent.process.send(SIGTERM)
                // The last chunk of a body that is whole (RFC 9112 §7.1).
                #expect(await listener.hears("0\r\n\r\n"))
                let faults = try listener.faults
                #expect(faults == [])
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `tell an issuer of a rotation, when it opens, waits and is over, and a reader nothing`() async throws {
        try await World.with { world in
            let reader = try await world.program.home.join("reader", .reader)
            for identity in [nil, reader] {
                let extra = identity.map { ["--identity-file", $0] } ?? []
                let (_, end) = try await world.program.withAgent(extra) { agent in
                    let listener = try await EventListener(agent)
                    #expect(await listener.hears(":\n\n"))
                    let opened = try await world.program.run("rotate", World.app, "--leak")
                    #expect(opened.status == .exited(82), "\(opened.errors)")
                    let about = #""path":"main/crm","state":"awaiting_operator","rotation":"r-"#
                    if identity == nil {
                        #expect(await listener.hears("event: rotation_opened\ndata: {"))
                        #expect(await listener.hears("event: rotation_waiting\ndata: {"))
                        #expect(await listener.hears(about))
                    } else {
                        #expect(await listener.hears("event: tainted\ndata: {"))
                    }
                    let secret = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
                    let closed = try await world.program.run("rotate", "resume", input: .text(secret))
                    #expect([.exited(0), .exited(83)].contains(closed.status), "\(closed.errors)")
                    if identity == nil {
                        #expect(await listener.hears("event: rotation_closed\ndata: {"))
                        #expect(await listener.hears(#""state":"closed","rotation":"r-"#))
                    } else {
                        #expect(await listener.hears("event: refreshed\ndata: {"))
                        #expect(!listener.heard.contains("event: rotation_"))
                    }
                    let faults = try listener.faults
                    #expect(faults == [])
                }
                #expect(end.status == .exited(0), "\(end.errors)")
            }
        }
    }

    @Test func `tell that a person is needed, of a grant that was withdrawn`() async throws {
        try await World.with { world in
            let (_, end) = try await world.program.withAgent { agent in
                let listener = try await EventListener(agent)
                #expect(await listener.hears(":\n\n"))
                try world.sandbox.revokeAccess(of: "acme")
                _ = try await world.program.run("refresh", "--force", "main/crm/acme")
                #expect(await listener.hears("event: needs_person\ndata: {"))
                #expect(await listener.hears(#""path":"main/crm/acme","state":"needs_reauthorization","version":1"#))
                let faults = try listener.faults
                #expect(faults == [])
                let refused = try await agent.ask("/v1/token?path=main/crm/acme")
                #expect(refused.status == 409 && refused.code == "needs_reauthorization")
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `tell of what another process has found out`() async throws {
        try await World.with { world in
            let (_, end) = try await world.program.withAgent { agent in
                let listener = try await EventListener(agent)
                #expect(await listener.hears(":\n\n"))
                try await world.succeed("refresh", "--force", "main/crm/acme")
                #expect(await listener.hears(#""path":"main/crm/acme","state":"active","version":2"#))
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }
}
