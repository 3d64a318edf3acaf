// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// What clients do wrong: an error for that one, service for the rest.
@Suite(.timeLimit(.minutes(5))) struct `An agent among bad clients` {
    private static func with(
        isEndedByBody: Bool = false, _ body: (RunningAgent) async throws -> Void
    ) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try #require(try await program.run("init").status == .exited(0))
            let large = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)
            try #require(try await program.run("put", "main/large", input: .bytes(large)).status == .exited(0))
            let (_, end) = try await program.withAgent(
                environment: ["COFFER_LOG": "trace"], isEndedByBody: isEndedByBody, body)
            #expect(end.status == .exited(0), "\(end.errors)")
            #expect(!end.errors.contains("made-up"), "\(end.errors)")
        }
    }

    @Test func `refuses requests that are not what they should be, each by itself`() async throws {
        let long = String(repeating: "a", count: 100_000)
        let end = "Host: coffer\r\nConnection: close\r\n"
        let requests: [(text: String, status: Int)] = [
            ("made-up nonsense\r\n\r\n", 400),
            ("\u{0}\u{1}\u{2}\r\n\r\n", 400),
            ("GET /v1/health HTTP/9.9\r\n\(end)\r\n", 400),
            ("GET /v1/hea\u{0}lth HTTP/1.1\r\n\(end)\r\n", 400),
            ("GET /v1/health HTTP/1.1\r\n\(end)X: made-up\u{0}\r\n\r\n", 400),
            ("GET /v1/health HTTP/1.1\r\n\(end)X: \(long)\r\n\r\n", 400),
            ("GET /v1/health HTTP/1.1\r\n\(end)" + (0..<100).map { "X-\($0): a\r\n" }.joined() + "\r\n", 400),
            ("GET /v1/token?path=made-up%0Aname HTTP/1.1\r\n\(end)\r\n", 400),
            ("GET /v1/token?path=main/made-up&audience=%00 HTTP/1.1\r\n\(end)\r\n", 400),
            ("GET /v1/token?path=main/made-up&resource=%0d%0a HTTP/1.1\r\n\(end)\r\n", 400),
            ("GET /v1/token?path=main/made-up&min_valid_seconds=%00 HTTP/1.1\r\n\(end)\r\n", 400),
            ("GET http://coffer/v1/health HTTP/1.1\r\n\(end)\r\n", 200),
            ("GET /v1/nothing HTTP/1.1\r\n\(end)\r\n", 404),
            ("DELETE /v1/token HTTP/1.1\r\n\(end)\r\n", 405),
            ("POST /v1/rejected HTTP/1.1\r\n\(end)Content-Length: 999999999\r\n\r\n", 413),
            ("POST /v1/rejected HTTP/1.1\r\n\(end)Content-Length: made-up\r\n\r\n", 400),
            ("POST /v1/rejected HTTP/1.1\r\n\(end)Transfer-Encoding: chunked\r\n\r\nmade-up\r\n\r\n", 400),
            ("POST /v1/rejected HTTP/1.1\r\n\(end)Content-Length: 9\r\n\r\n{\"made-up", 400),
        ]
        try await Self.with { agent in
            for (text, status) in requests {
                let answer = try await agent.exchange(text)
                #expect(answer.status == status, "\(text.prefix(80))")
                try await agent.expectService()
            }
            let head = try await agent.ask("/v1/health", method: "HEAD")
            #expect(head.status == 405 && head.fields["allow"] == "GET" && head.body.isEmpty)
        }
    }

    @Test func `serves others while some are slow, half-closed, silent or do not read`() async throws {
        try await Self.with { agent in
            var open: [UnixConnection] = []
            for begin in [
                "", "G", "GET /v1/health HTTP/1.1\r\nHost: made-up\r\nX-",
                "POST /v1/rejected HTTP/1.1\r\nContent-Length: 50\r\n\r\n{",
                "POST /v1/rejected HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ma",
            ] {
                let connection = try await UnixConnection(to: agent.socket)
                await connection.send(Array(begin.utf8))
                open.append(connection)
            }
            let deaf = try await UnixConnection(to: agent.socket)
            let many = String(repeating: "GET /v1/secret?path=main/large HTTP/1.1\r\nHost: coffer\r\n\r\n", count: 50)
            await deaf.send(Array(many.utf8))
            // That it is cut off after a minute is shown where the clock is the test's.
            open.append(deaf)
            try await agent.expectService()

            // Whoever ends after a whole request gets its answer; in the middle of one there is none to give.
            let whole = try await UnixConnection(to: agent.socket)
            await whole.send(Array("GET /v1/health HTTP/1.1\r\nHost: coffer\r\n\r\n".utf8))
            whole.endSending()
            #expect(RunningAgent.Answer(await whole.readToEnd()).status == 200)
            for connection in open.dropLast() {
                connection.endSending()
                #expect(RunningAgent.Answer(await connection.readToEnd()).status != 200)
            }
            try await agent.expectService()
        }
    }

    @Test func `ends although a request is half sent`() async throws {
        try await Self.with(isEndedByBody: true) { agent in
            let half = try await UnixConnection(to: agent.socket)
            await half.send(Array("POST /v1/rejected HTTP/1.1\r\nHost: coffer\r\nContent-Length: 50\r\n\r\n{".utf8))
            let idle = try await UnixConnection(to: agent.socket)
            try await agent.expectService()
            agent.process.send(SIGTERM)
            #expect(await idle.readToEnd().isEmpty)
            #expect(RunningAgent.Answer(await half.readToEnd()).status != 204)
        }
    }
}
