// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferAgentClient

@Suite struct `A ticket for the agent` {
    private static let ticket = "coffer-ticket-1made-up"

    @Test func `is what a variable holds, or the file that another one names`() throws {
        let folder = NSTemporaryDirectory() + "coffer-ticket-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/ticket"
        for end in ["", "\n", "\r\n"] {
            try Data("\(Self.ticket)\(end)".utf8).write(to: URL(fileURLWithPath: file))
            #expect(try AgentTicket.find(["COFFER_AGENT_TICKET_FILE": file]) == Secret(Self.ticket))
            #expect(try AgentTicket.find(["COFFER_AGENT_TICKET": "\(Self.ticket)\(end)"]) == Secret(Self.ticket))
        }
        let both = ["COFFER_AGENT_TICKET": "first", "COFFER_AGENT_TICKET_FILE": file]
        #expect(try AgentTicket.find(both) == Secret("first"))
        #expect(try AgentTicket.find(["COFFER_AGENT_TICKET": "", "COFFER_AGENT_TICKET_FILE": ""]) == nil)
        for text in ["", "a b", "a\nb", "a\u{0}", String(repeating: "a", count: 129)] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
            let error = #expect(throws: CredentialError.self) {
                try AgentTicket.find(["COFFER_AGENT_TICKET_FILE": file])
            }
            #expect(error?.code == .misconfigured && error?.message.contains("a b") == false)
        }
        #expect(throws: CredentialError(.misconfigured, message: "")) {
            try AgentTicket.find(["COFFER_AGENT_TICKET_FILE": "\(folder)/none"])
        }
    }

    @Test func `is sent with each request, in its one place`() async throws {
        let health = #"{"version":1,"status":"ok","vault_id":"000102030405060708090a0b0c0d0e0f"}"#
        try await UnixServer.with(.always(.json(200, health))) { server in
            let place = try AgentPlace(server.path, environment: [:])
            let client = AgentClient(place, ticket: Secret(Self.ticket))
            let id = try await client.vaultID(within: .seconds(20))
            await client.close()
            #expect(id == "000102030405060708090a0b0c0d0e0f" && server.requests.count == 1)
            let lines = server.requests[0].components(separatedBy: "\r\n")
            #expect(lines.filter { $0.contains(Self.ticket) } == ["Authorization: Bearer \(Self.ticket)"])
        }
    }

    @Test func `that is not good is not permitted`() async throws {
        try await UnixServer.with(.always(.failure(401, "invalid_ticket"))) { server in
            let place = try AgentPlace(server.path, environment: [:])
            let client = AgentClient(place, ticket: Secret(Self.ticket))
            await #expect(throws: CredentialError(.notPermitted, message: "")) {
                try await client.secret(at: CredentialPath("main/key"))
            }
            await client.close()
        }
    }

    @Test func `must be one before anything is asked`() {
        #expect(throws: CredentialError(.misconfigured, message: "")) {
            try AgentCredentialProvider(socket: "/none", ticket: Secret("a\r\nCookie: b"), environment: [:])
        }
    }
}
