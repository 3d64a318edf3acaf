// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Foundation
import Testing

@testable import CofferAgentClient

@Suite struct `a client of the agent` {
    private static let path = "main/crm/acme"
    private static let token = #"""
        {"format_version":1,"path":"main/crm/acme","access_token":"made-up-token","token_type":"Bearer",\#
        "expires_at":"2033-05-18T03:33:20Z","scope":"read","account_url":"https://acme.example","version":7,\#
        "note":"made-up note","later":[1]}
        """#

    /// Runs a body with a client of a server that answers so; short deadlines, so that tricks end.
    private static func with(
        _ script: UnixServer.Script, timeout: Duration = .seconds(20),
        _ body: (AgentClient, UnixServer) async throws -> Void
    ) async throws {
        try await UnixServer.with(script) { server in
            let client = AgentClient(try AgentPlace(server.path, environment: [:]), timeout: timeout)
            do { try await body(client, server) } catch {
                await client.close()
                throw error
            }
            await client.close()
        }
    }

    /// What a question for the token fails with.
    private static func failure(_ client: AgentClient) async throws -> CredentialError? {
        let request = CredentialRequest(path: try CredentialPath(path))
        do { _ = try await client.token(for: request) } catch let error as CredentialError { return error }
        return nil
    }

    @Test func `reads a token, and passes over what it does not know`() async throws {
        try await Self.with(.always(.json(200, Self.token))) { client, server in
            let path = try CredentialPath(Self.path)
            let request = CredentialRequest(
                path: path, minimumValidity: .milliseconds(90_001), scope: "write read:all", resource: "https://a?b&c")
            let (credential, note) = try await client.token(for: request)
            #expect(
                credential
                    == Credential(
                        path: path, value: Secret("made-up-token"), tokenType: "Bearer",
                        expiresAt: Date(timeIntervalSince1970: 2_000_000_000), scope: "read",
                        accountURL: "https://acme.example", version: 7))
            #expect(note == "made-up note")
            let query = "path=main/crm/acme&min_valid_seconds=91&scope=read:all write&resource=https://a?b&c"
            #expect(server.lines == ["GET /v1/token?\(query) HTTP/1.1"])
            #expect(server.requests[0].contains("%26c"))
            #expect(!server.requests[0].lowercased().contains("authorization"))
        }
    }

    @Test(arguments: [
        (403, "not_permitted", "not_permitted"), (404, "not_found", "not_found"), (409, "rotating", "rotating"),
        (409, "needs_reauthorization", "needs_reauthorization"), (409, "expired", "expired"),
        (409, "needs_issuer", "needs_issuer"), (409, "blocked", "blocked"), (409, "locked", "locked"),
        (409, "payment_required", "payment_required"), (500, "damaged", "damaged"), (500, "internal", "unavailable"),
        (503, "busy", "busy"), (504, "timed_out", "timed_out"), (400, "bad_request", "misconfigured"),
        (404, "no_such_endpoint", "misconfigured"), (400, "Bad\\u000a code", "unavailable"),
    ]) func `takes over what the agent says`(_ status: Int, _ said: String, _ code: String) async throws {
        try await Self.with(.always(.failure(status, said, more: #","retry_after_seconds":7"#))) { client, _ in
            let error = try await Self.failure(client)
            #expect(error?.code.rawValue == code)
            #expect(error?.message == "a made-up reason")
            #expect(error?.retryAfter == .seconds(7))
            #expect(error?.path?.description == Self.path)
        }
    }

    /// A body whose length nobody said, and that is longer than any answer.
    private static let flood =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n900000\r\n" + String(repeating: "a", count: 9 << 20)

    /// What something that is no agent may do, and what a caller hears.
    private static let tricks: [(UnixServer.Reply, CredentialError.Code)] = [
        (.silence, .timedOut),
        (.bytes("HTTP/1.1 200 OK\r\nContent-Le"), .timedOut),
        (.bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), .timedOut),
        (.last(""), .unavailable),
        (.last("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), .unavailable),
        (.last("made up\r\n\r\n"), .unavailable),
        (.last("HTTP/1.1 301 Moved\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n"), .damaged),
        (.bytes("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{"), .damaged),
        (.bytes(flood), .damaged),
        (.json(200, ""), .damaged), (.json(200, "[]"), .damaged), (.json(200, token + "x"), .damaged),
        (.json(200, String(repeating: "[", count: 4000)), .damaged),
        (.json(200, token.replacing("main/crm/acme", with: "main/crm/birch")), .damaged),
        (.json(200, token.replacing("made-up-token", with: "made-up\\u000atoken")), .damaged),
        (.json(200, token.replacing("\"made-up-token\"", with: "17")), .damaged),
        (.json(200, token.replacing("\"2033-05-18T03:33:20Z\"", with: "\"soon\"")), .damaged),
        (.json(200, token.replacing("2033", with: "2001")), .expired),
        (.json(200, token.replacing(":7,", with: ":-7,")), .damaged),
        (.json(500, "{}"), .damaged), (.json(400, ""), .damaged),
    ]

    @Test(arguments: tricks.indices) func `ends with an error in bounded time, whatever is answered`(
        _ index: Int
    ) async throws {
        let (reply, code) = Self.tricks[index]
        let timeout = Duration.milliseconds(code == .timedOut ? 300 : 20_000)
        try await Self.with(.always(reply), timeout: timeout) { client, _ in
            let error = try await Self.failure(client)
            #expect(error?.code == code, "\(error?.message ?? "no error")")
            #expect(error?.message.contains("made-up") != true)
        }
    }

    @Test func `asks once more where the agent closed a connection that had been silent`() async throws {
        let script = UnixServer.Script { _, number in number == 1 ? .last("") : .json(200, Self.token) }
        try await Self.with(script) { client, server in
            let error = try await Self.failure(client)
            #expect(error == nil && server.requests.count == 2)
        }
    }

    @Test func `reads static secrets byte for byte`() async throws {
        let path = try CredentialPath("main/key")
        for (member, bytes) in [
            (#""value":"made \u0000 up""#, Array("made \0 up".utf8)), (#""value_base64":"/wD+""#, [0xFF, 0, 0xFE]),
            (#""value_base64":"/wA=""#, [0xFF, 0]), (#""value_base64":"/w==""#, [0xFF]),
        ] {
            let body = #"{"path":"main/key","version":3,\#(member)}"#
            try await Self.with(.always(.json(200, body))) { client, server in
                let secret = try await client.secret(at: path)
                #expect(secret == Credential(path: path, value: Secret(bytes: bytes), version: 3))
                #expect(server.lines == ["GET /v1/secret?path=main/key HTTP/1.1"])
            }
        }
        for member in [#""value_base64":"/wD""#, #""value_base64":"/x==""#, #""value_base64":"====""#, #""value":1"#] {
            let body = #"{"path":"main/key","version":3,\#(member)}"#
            try await Self.with(.always(.json(200, body))) { client, _ in
                await #expect(throws: CredentialError(.damaged, message: "")) { try await client.secret(at: path) }
            }
        }
    }

    @Test func `tells of a refused token as it was handed out`() async throws {
        try await Self.with(.always(.bytes("HTTP/1.1 204 No Content\r\n\r\n"))) { client, server in
            let credential = Credential(path: try CredentialPath(Self.path), value: Secret("made-\"up"), version: 4)
            try await client.report(rejected: credential)
            #expect(server.lines == ["POST /v1/rejected HTTP/1.1"])
            #expect(server.requests[0].hasSuffix(#"{"path":"main/crm/acme","access_token":"made-\"up","version":4}"#))
        }
    }

    @Test func `knows the vault that is served although it can't be read`() async throws {
        for status in [200, 503] {
            let body = #"{"version":1,"status":"made up","vault_id":"000102030405060708090a0b0c0d0e0f"}"#
            try await Self.with(.always(.json(status, body))) { client, _ in
                let id = try await client.vaultID(within: .seconds(20))
                #expect(id == "000102030405060708090a0b0c0d0e0f")
            }
        }
    }

    @Test(arguments: ["", "abc", "000102030405060708090A0B0C0D0E0F", "\\ud800"])
    func `takes nothing for a vault's id that is none`(id: String) async throws {
        try await Self.with(.always(.json(200, #"{"version":1,"status":"ok","vault_id":"\#(id)"}"#))) { client, _ in
            await #expect(throws: CredentialError(.damaged, message: "")) {
                try await client.vaultID(within: .seconds(20))
            }
        }
    }
}
