// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import SystemPackage
import Testing

/// Everything that connects takes a descriptor, of which the system allows a process so many and no more.
@Suite(.timeLimit(.minutes(5))) struct `An agent with few descriptors` {
    private static let connection = "main/crm/acme"

    @Test func `lets as many in as it has room for, and still refreshes`() async throws {
        try await World.with(movesTime: true) { world in
            let token = try await world.token("acme")
            // A token that was just made is not doubted.
            try await world.letPass(seconds: 600)
            let (_, end) = try await world.program.withAgent(script: #"ulimit -n 256; exec "$0" "$@""#) { agent in
                var idle: [UnixConnection] = []
                for _ in 0..<300 { idle.append(try await UnixConnection(to: agent.socket)) }
                try await agent.expectService()
                // A refresh opens the vault's locks and a connection to the provider.
                let report = #"{"path":"\#(Self.connection)","access_token":"\#(token)","version":1}"#
                #expect(try await agent.ask("/v1/rejected", method: "POST", body: report).status == 204)
                #expect(try await agent.token(Self.connection).version == 2)
                #expect(await idle[0].readToEnd().isEmpty)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(end.errors.contains("the system allows 256 open files"), "\(end.errors)")
        }
    }

    @Test(.enabled(if: Descriptors.most >= 1024)) func `takes what the system lets it have`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            let (_, end) = try await program.withAgent(script: #"ulimit -S -n 256; exec "$0" "$@""#) { agent in
                var idle: [UnixConnection] = []
                for _ in 0..<400 { idle.append(try await UnixConnection(to: agent.socket)) }
                try await agent.expectService()
                await idle[0].send(Array("GET /v1/health HTTP/1.1\r\nHost: coffer\r\nConnection: close\r\n\r\n".utf8))
                #expect(RunningAgent.Answer(await idle[0].readToEnd()).status == 200)
            }
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(!end.errors.contains("open files"), "\(end.errors)")
        }
    }

    #if os(Linux)
    /// Sets the limit of a running process.
    private static func allow(_ count: String, _ agent: RunningAgent) async throws {
        let end = try await Subprocess.run(
            .path("/usr/bin/prlimit"), arguments: ["--pid", "\(agent.process.processID)", "--nofile=\(count):"],
            output: .discarded)
        try #require(end.terminationStatus == .exited(0))
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/prlimit")))
    func `serves again when it has some, after it could accept nobody`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            let (_, end) = try await program.withAgent { agent in
                try await Self.allow("4", agent)
                let waiting = try await UnixConnection(to: agent.socket)
                await waiting.send(Array("GET /v1/health HTTP/1.1\r\nHost: coffer\r\nConnection: close\r\n\r\n".utf8))
                try await Self.allow("1024", agent)
                #expect(RunningAgent.Answer(await waiting.readToEnd()).status == 200)
                try await agent.expectService()
            }
            #expect(end.status == .exited(0), "\(end.errors)")
        }
    }
    #endif
}
