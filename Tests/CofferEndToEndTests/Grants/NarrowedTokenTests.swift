// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GrantServer
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `coffer token with less than the whole` {
    @Test(arguments: [["--narrowing", "refresh"], ["--narrowing", "exchange"], []])
    func `is narrow at the server, is kept, and leaves the whole token alone`(_ options: [String]) async throws {
        try await GrantHome.with(app: options) { world in
            try await world.importAlice()
            let whole = try await world.succeed("token", "main/as/alice").text
            let asked = world.server.requests(to: "/token").count
            let arguments = ["token", "main/as/alice", "--scope", "orders:read", "--audience", "billing"]
            let less = try await world.succeed(arguments).text
            let rights = try #require(world.server.rights(of: String(less.dropLast())))
            #expect(rights.scope == ["orders:read"] && rights.audience == "billing")
            #expect(less.last == "\n" && less != whole)
            let json = try await world.succeed(arguments + ["--json"]).json
            #expect(json["access_token"] as? String == String(less.dropLast()))
            #expect(json["scope"] as? String == "orders:read")
            #expect(world.server.requests(to: "/token").count == asked + 1)
            #expect(try await world.succeed("token", "main/as/alice").text == whole)
            try await world.succeed("refresh", "--force", "main/as/alice")
            #expect(!world.server.hasSeenReuse)
        }
    }

    @Test func `names a resource by its address`() async throws {
        try await GrantHome.with { world in
            try await world.importAlice()
            let less = try await world.succeed("token", "main/as/alice", "--resource", "https://api.example/v1")
            #expect(world.server.rights(of: String(less.text.dropLast()))?.audience == "https://api.example/v1")
        }
    }

    @Test func `says in one sentence why there is none, and what it costs is nothing`() async throws {
        try await GrantHome.with { world in
            try await world.importAlice()
            let asked = world.server.requests(to: "/token").count
            try await world.program.run("token", "main/as/alice", "--audience", "nobody")
                .expectRefusal(78, saying: "no such narrower token")
            try await world.program.run("token", "main/as/alice", "--audience", "nobody").expectRefusal(78)
            #expect(world.server.requests(to: "/token").count == asked + 1)
            for (option, value) in [("--resource", "no uri"), ("--scope", " "), ("--audience", "a\u{1B}b")] {
                let end = try await world.program.run("token", "main/as/alice", option, value)
                #expect(end.status == .exited(64) && end.output.isEmpty, "\(end.errors)")
            }
            try await world.succeed("token", "main/as/alice")
        }
    }

    @Test func `is not asked for where a description does not say how`() async throws {
        try await GrantHome.with(habits: .but { $0.listsExchange = false }) { world in
            try await world.importAlice()
            let asked = world.server.requests(to: "/token").count
            try await world.program.run("token", "main/as/alice", "--scope", "orders:read")
                .expectRefusal(78, saying: "tokens.narrowing")
            #expect(world.server.requests(to: "/token").count == asked)
        }
    }
}
