// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// Somebody reads standard error, or the lines of a watch, and then stops reading without going away.
@Suite(.timeLimit(.minutes(5))) struct `Whoever stops reading` {
    private static let connection = "main/crm/acme"

    /// A shell's script that begins a program with a full pipe, which nobody reads, in the place of a descriptor.
    private static func unread(_ number: Int, _ world: World) throws -> String {
        try #require(mkfifo("\(world.program.home.path)/unread", 0o600) == 0)
        let fill = "dd if=/dev/zero of=unread bs=4096 oflag=nonblock 2>/dev/null"
        return #"exec 9<>unread; \#(fill); exec "$0" "$@" \#(number)>&9 9>&-"#
    }

    @Test func `an agent's standard error stops no refresh, no answer and no end`() async throws {
        try await World.with(lifetime: .seconds(ProgramClock.watchedLife), movesTime: true) { world in
            let (_, end) = try await world.program.start(["agent"], script: try Self.unread(2, world)) { running in
                let agent = RunningAgent(
                    process: running, socket: world.program.home.path + "/run/coffer/agent.sock")
                while (try? await UnixConnection(to: agent.socket)) == nil { await Task.yield() }
                try await agent.expectService()
                try await world.letPass(seconds: ProgramClock.due)
                var refreshed = 0
                while refreshed == 0 {
                    let facts = try await agent.ask("/v1/status").json["agent"] as? [String: Any]
                    refreshed = try #require(facts?["refreshed"] as? Int)
                }
                #expect(try await agent.token(Self.connection).version > 1)
                running.send(SIGTERM)
                while !running.hasEnded { await Task.yield() }
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }

    @Test func `a watch's output stops no refresh and no end`() async throws {
        try await World.with(lifetime: .seconds(ProgramClock.watchedLife), movesTime: true) { world in
            world.sandbox.log.clear()
            let (_, end) = try await world.program.start(
                ["refresh", "--watch", "--json"], script: try Self.unread(1, world)
            ) { running in
                try await world.letPass(seconds: ProgramClock.due)
                while world.sandbox.log.requests(for: .token).isEmpty { await Task.yield() }
                running.send(SIGTERM)
                while !running.hasEnded { await Task.yield() }
            }
            #expect(end.status == .exited(143), "\(end.errors)")
            #expect(end.errors.contains("nobody reads standard output"), "\(end.errors)")
        }
    }
}
