// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GrantServer
import Subprocess
import Testing

/// An agent is told to end in the middle of its work.
@Suite(.timeLimit(.minutes(2))) struct `An agent that is told to end` {
    /// How long what was under way is waited for (docs/agent.md).
    private static let granted = Duration.seconds(5)

    @Test func `answers first what it was asked before, with the token that a server has yet to give`() async throws {
        try await GrantHome.with { world in
            try await world.importAlice()
            let found = try await GrantedTime.tried(Self.granted) { attempt in
                try await Self.audienceAnswered(attempt, world)
            }
            let audience = try #require(found)
            // What was got is kept, and handed out by whoever comes next.
            let count = world.server.requests(to: "/token").count
            let again = try await world.program.run("token", "main/as/alice", "--audience", audience)
            #expect(again.status == .exited(0), "\(again.errors)")
            #expect(world.server.requests(to: "/token").count == count)
        }
    }

    /// Ends an agent that waits for a token with a new audience.
    ///
    /// - Returns: the audience, if whoever had asked for it was answered.
    private static func audienceAnswered(_ attempt: Int, _ world: GrantHome) async throws -> String? {
        let audience = "billing-\(attempt)"
        let (answer, end) = try await world.program.withAgent(isEndedByBody: true) { agent -> RunningAgent.Answer in
            let count = world.server.requests(to: "/token").count
            world.server.hold()
            let client = try await UnixConnection(to: agent.socket)
            let target = "/v1/token?path=main/as/alice&audience=\(audience)"
            await client.send(Array("GET \(target) HTTP/1.1\r\nHost: coffer\r\n\r\n".utf8))
            while world.server.requests(to: "/token").count == count { await Task.yield() }
            let idle = try await UnixConnection(to: agent.socket)

            agent.process.send(SIGTERM)
            _ = try #require(await agent.process.line(containing: "what was asked before is answered first"))
            // Whoever has asked nothing is sent away meanwhile.
            let nothing = await idle.readToEnd()
            #expect(nothing.isEmpty)
            world.server.release()
            return RunningAgent.Answer(await client.readToEnd())
        }
        #expect(end.status == .exited(0), "\(end.errors)")
        return answer.status == 200 && answer.json["access_token"] is String ? audience : nil
    }
}
