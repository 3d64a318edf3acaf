// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Somebody who listens to an agent's events, and what he has heard so far.
final class EventListener {
    private let connection: UnixConnection
    private(set) var heard = ""

    /// Begins to listen, with a ticket where there is one.
    init(_ agent: RunningAgent, ticket: String? = nil) async throws {
        connection = try await UnixConnection(to: agent.socket)
        let field = ticket.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        await connection.send(Array("GET /v1/events HTTP/1.1\r\nHost: coffer\r\n\(field)\r\n".utf8))
    }

    /// What is wrong with what was heard, by the agent's document.
    var faults: [String] {
        get throws {
            try OpenAPIDocument().faults(of: RunningAgent.Answer(Array(heard.utf8)), to: "GET /v1/events")
        }
    }

    /// Waits for a text; whether it came before the end.
    func hears(_ text: String) async -> Bool {
        while !heard.contains(text) {
            let bytes = await connection.read()
            guard !bytes.isEmpty else { return false }
            heard += String(decoding: bytes, as: UTF8.self)
        }
        return true
    }
}
