// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// What an operator's Prometheus reads of an agent.
@Suite(.timeLimit(.minutes(5))) struct `An agent's metrics` {
    private static func lines(_ agent: RunningAgent) async throws -> [String] {
        let answer = try await agent.ask("/v1/metrics")
        #expect(answer.status == 200)
        #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return String(decoding: answer.body, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `count requests and refreshes, and name no path and no secret`() async throws {
        let life = Duration.seconds(ProgramClock.watchedLife)
        try await World.with(accounts: ["acme", "birch"], lifetime: life, movesTime: true) { world in
            let (_, end) = try await world.program.withAgent { agent in
                let first = try await agent.token("main/crm/acme")
                _ = try await agent.ask("/v1/secret?path=main/none")
                _ = try await agent.ask("/v1/nothing")
                try await world.letPass(seconds: ProgramClock.due)
                for _ in 1...2 { _ = try #require(await agent.process.line(containing: " refreshed")) }
                let lines = try await Self.lines(agent)
                for line in [
                    #"coffer_agent_requests_total{operation="token",outcome="ok"} 1"#,
                    #"coffer_agent_requests_total{operation="secret",outcome="not_found"} 1"#,
                    #"coffer_agent_requests_total{operation="none",outcome="no_such_endpoint"} 1"#,
                    #"coffer_connections{provider="amocrm",state="active"} 2"#, "coffer_agent_locked 0",
                    "# TYPE coffer_refresh_duration_seconds histogram",
                ] {
                    #expect(lines.contains(line), "\(line)")
                }
                for beginning in [
                    #"coffer_refreshes_total{provider="amocrm",outcome="refreshed"} "#,
                    "coffer_agent_open_connections ",
                    #"coffer_connection_seconds_to_expiry{provider="amocrm"} "#, "coffer_agent_start_time_seconds ",
                    "coffer_handout_seconds_to_expiry_count ", "coffer_agent_info{version=",
                ] {
                    #expect(lines.contains { $0.hasPrefix(beginning) }, "\(beginning)")
                }
                let text = lines.joined(separator: "\n")
                for hidden in ["acme", "birch", "main/", first.value, world.sandbox.integration.clientSecret] {
                    #expect(!text.contains(hidden))
                }
                try #require(try await world.program.run("agent", "lock").status == .exited(0))
                let locked = try await Self.lines(agent)
                #expect(locked.contains("coffer_agent_locked 1"))
                #expect(!locked.contains { $0.hasPrefix("coffer_connections{") })
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }
}
