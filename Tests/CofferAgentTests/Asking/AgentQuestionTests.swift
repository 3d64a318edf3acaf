// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferAgent

/// What stands on the socket answers as a test says; the bounds of time are for what never comes.
@Suite(.timeLimit(.minutes(1))) struct `A question on the short way` {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"

    /// What came of it, as a text.
    private static func ask(
        _ socket: ScriptedSocket, patience: Duration = .seconds(20), silence: Duration = .seconds(20),
        lifeSign: Duration = .seconds(20)
    ) throws -> String {
        let question = AgentQuestion(at: socket.path, patience: patience, silence: silence, lifeSign: lifeSign)
        switch question.token(
            try CredentialPath("main/crm/acme"), minimumValidity: .seconds(90), from: "2049-131077")
        {
        case .nothing: return "nothing"
        case .content(let content): return content.withExposedText { "content \($0)" }
        case .brokenOff: return "broken off"
        case .late: return "late"
        }
    }

    @Test func `names the token, how long it must live, and the vault's file`() throws {
        try ScriptedSocket.with(.always(.open([Self.answer + "twelve bytes"]))) { socket in
            let outcome = try Self.ask(socket)
            #expect(outcome == "content twelve bytes")
            #expect(
                socket.targets == ["/v1/token?path=main/crm/acme&vault_file=2049-131077&min_valid_seconds=90"])
        }
    }

    @Test func `takes an answer that comes in pieces`() throws {
        let pieces = (Self.answer + "twelve bytes").map { String($0) }
        try ScriptedSocket.with(.always(.last(pieces))) { socket in
            let outcome = try Self.ask(socket)
            #expect(outcome == "content twelve bytes")
        }
        let long = String(repeating: "a", count: 300_000)
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n"
        try ScriptedSocket.with(.always(.last([head, long]))) { socket in
            let outcome = try Self.ask(socket)
            #expect(outcome == "content \(long)")
        }
    }

    @Test(arguments: [
        [], ["made up"], ["HTTP/1.1 200 OK\r\nContent-Le"],
        ["HTTP/1.1 423 Locked\r\nContent-Length: 0\r\n\r\n"],
        ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "c\r\ntwelve bytes\r\n0\r\n\r\n"],
        ["HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"],
        ["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwelve bytes"],
        ["HTTP/1.1 200 OK\r\nX: ", String(repeating: "a", count: 20_000)],
    ])
    func `gets nothing of any other answer`(pieces: [String]) throws {
        try ScriptedSocket.with(.always(.last(pieces))) { socket in
            let outcome = try Self.ask(socket)
            #expect(outcome == "nothing")
            #expect(socket.targets.count == 1)
        }
    }

    @Test func `gets nothing where nobody serves, or the name is none`() throws {
        let path = try CredentialPath("main/crm/acme")
        for name in ["/nonexistent/s", "", String(repeating: "a", count: 200)] {
            let question = AgentQuestion(at: name, patience: .seconds(20))
            guard case .nothing = question.token(path, minimumValidity: nil, from: "1-1") else {
                Issue.record("something came of \(name)")
                continue
            }
        }
    }

    @Test func `is not asked again once an answer has begun that hands something out`() throws {
        try ScriptedSocket.with(.always(.last([Self.answer + "twelve"]))) { socket in
            let outcome = try Self.ask(socket)
            #expect(outcome == "broken off")
        }
        try ScriptedSocket.with(.always(.open([Self.answer + "twelve"]))) { socket in
            let outcome = try Self.ask(socket, patience: .seconds(2))
            #expect(outcome == "late")
            #expect(socket.targets.count == 1)
        }
    }

    @Test func `is given up where nobody says anything at all`() throws {
        try ScriptedSocket.with(.always(.open([]))) { socket in
            let outcome = try Self.ask(socket, silence: .milliseconds(300), lifeSign: .milliseconds(300))
            #expect(outcome == "nothing")
        }
    }

    @Test func `waits on where somebody is there, and takes its time`() throws {
        let answer = Self.answer + "twelve bytes"
        let script = ScriptedSocket.Script { request in
            request.contains("/v1/health") ? .both("HTTP/1.1 200 OK\r\n\r\n", others: answer) : .open([])
        }
        try ScriptedSocket.with(script) { socket in
            let outcome = try Self.ask(socket, silence: .milliseconds(300))
            #expect(outcome == "content twelve bytes")
        }
    }

    @Test func `is late where it takes too much of it`() throws {
        let script = ScriptedSocket.Script { request in
            request.contains("/v1/health") ? .last(["HTTP/1.1 200 OK\r\n\r\n"]) : .open([])
        }
        try ScriptedSocket.with(script) { socket in
            let outcome = try Self.ask(socket, patience: .seconds(2), silence: .milliseconds(300))
            #expect(outcome == "late")
        }
    }
}
