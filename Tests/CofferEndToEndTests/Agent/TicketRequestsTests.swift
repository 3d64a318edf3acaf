// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GrantServer
import Subprocess
import Testing

/// What whoever has a ticket can have a provider asked for.
@Suite(.timeLimit(.minutes(3))) struct `A ticket's requests of a provider` {
    private static func ticket(_ program: Program) async throws -> [String] {
        let made = try await program.run("agent", "ticket", "--path", "main/**")
        try #require(made.status == .exited(0), "\(made.errors)")
        return ["Authorization: Bearer \(made.text.trimmingCharacters(in: .newlines))"]
    }

    @Test func `are none for narrower tokens: those that are kept are handed out`() async throws {
        let document = try OpenAPIDocument()
        try await GrantHome.with { world in
            try await world.importAlice()
            _ = try await world.program.withAgent { agent in
                let fields = try await Self.ticket(world.program)
                let target = "/v1/token?path=main/as/alice&audience=billing"
                let kept = try await agent.ask(target)
                try #require(kept.status == 200, "\(kept.code ?? "")")
                let count = world.server.requests(to: "/token").count
                let again = try await agent.ask(target, fields: fields)
                #expect(again.status == 200)
                #expect(again.json["access_token"] as? String == kept.json["access_token"] as? String)
                for more in ["audience=other", "scope=orders:read", "resource=https://api.example/v1"] {
                    let answer = try await agent.ask("/v1/token?path=main/as/alice&\(more)", fields: fields)
                    #expect(answer.status == 403 && answer.code == "not_permitted", "\(more) \(answer.status)")
                    #expect(document.faults(of: answer, to: "GET /v1/token") == [])
                }
                #expect(world.server.requests(to: "/token").count == count)
                let own = try await agent.ask("/v1/token?path=main/as/alice&scope=orders:read")
                #expect(own.status == 200)
            }
        }
    }

    @Test func `are none for a token that is good for longer than its last minute`() async throws {
        try await World.with(movesTime: true) { world in
            _ = try await world.program.withAgent { agent in
                try await world.letPass(seconds: 10_000)
                let fields = try await Self.ticket(world.program)
                let target = "/v1/token?path=main/crm/acme"
                let long = try await agent.ask("\(target)&min_valid_seconds=77000", fields: fields)
                #expect(long.status == 409 && long.code == "expired", "\(long.status)")
                let some = try await agent.ask("\(target)&min_valid_seconds=70000", fields: fields)
                #expect(some.status == 200 && some.json["version"] as? Int == 1)
                let own = try await agent.ask("\(target)&min_valid_seconds=77000")
                #expect(own.status == 200 && own.json["version"] as? Int == 2, "\(own.status)")
            }
        }
    }
}
