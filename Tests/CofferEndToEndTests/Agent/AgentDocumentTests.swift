// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import Foundation
import NIOCore
import Testing

@testable import CofferAgent

/// docs/agent-openapi.json against what the agent reads.
@Suite struct `The agent's OpenAPI document` {
    private static func operation(_ endpoint: AgentEndpoint) -> String { "\(endpoint.method) \(endpoint.rawValue)" }

    /// A body with every member that there is; nil where there is none.
    private static func body(_ endpoint: AgentEndpoint) -> [String: Any]? {
        switch endpoint {
        case .rejected: ["path": "main/crm/acme", "access_token": "made-up", "version": 1]
        case .revoke: ["name": "made-up"]
        case .ticket: ["paths": ["main/crm/*"], "ttl_seconds": 60, "name": "made-up"]
        case .unlock: ["passphrase": "made-up"]
        case .entries, .events, .health, .lock, .metrics, .secret, .status, .tickets, .token: nil
        }
    }

    private static func isRead(_ body: Secret, _ endpoint: AgentEndpoint) -> Bool {
        switch endpoint {
        case .rejected: (try? RejectedToken(reading: body)) != nil
        case .revoke: (try? RevokeRequest(reading: body)) != nil
        case .ticket: (try? TicketRequest(reading: body)) != nil
        case .unlock: (try? UnlockRequest(reading: body)) != nil
        case .entries, .events, .health, .lock, .metrics, .secret, .status, .tickets, .token: false
        }
    }

    @Test func `has all that can be asked, and nothing else`() throws {
        let document = try OpenAPIDocument()
        #expect(document.operations == Set(AgentEndpoint.allCases.map { Self.operation($0) }))
    }

    @Test(arguments: AgentEndpoint.allCases)
    func `says what a query may have, and who may ask`(endpoint: AgentEndpoint) throws {
        let document = try OpenAPIDocument()
        let operation = Self.operation(endpoint)
        let parameters = document.parameters(of: operation)
        #expect(parameters.compactMap { $0["name"] as? String }.sorted() == endpoint.fields.sorted())
        #expect(parameters.count == (document.description(of: operation)["parameters"] as? [Any] ?? []).count)
        let required = parameters.filter { $0["required"] as? Bool == true }.compactMap { $0["name"] as? String }
        #expect(required == endpoint.fields.filter { $0 == "path" })
        #expect(document.isOpen(operation, toTickets: true) == endpoint.isForTickets)
        #expect(document.isOpen(operation, toTickets: false))
    }

    @Test(arguments: AgentEndpoint.allCases)
    func `says what a body has, and what it may lack`(endpoint: AgentEndpoint) throws {
        let document = try OpenAPIDocument()
        let operation = Self.operation(endpoint)
        let schema = document.body(of: operation)
        let whole = Self.body(endpoint)
        #expect((schema == nil) == (whole == nil))
        guard let schema, let whole else { return }
        #expect((schema["properties"] as? [String: Any] ?? [:]).keys.sorted() == whole.keys.sorted())
        let absent: [String?] = [nil] + whole.keys.map { Optional($0) }
        for left in absent {
            let rest = whole.filter { $0.key != left }
            let data = try JSONSerialization.data(withJSONObject: rest, options: .withoutEscapingSlashes)
            let text = String(decoding: data, as: UTF8.self)
            let faults = document.faults(ofQuery: "", body: text, to: operation)
            #expect(faults.isEmpty == Self.isRead(Secret(text), endpoint), "\(left ?? "whole"): \(faults)")
        }
        let none = document.faults(ofQuery: "", body: nil, to: operation)
        #expect(none.isEmpty == Self.isRead(Secret(""), endpoint))
    }

    @Test(arguments: ["0", "300", "999999999", "1000000000", "-1", "1.5", ""])
    func `says how long a token can be asked to live`(text: String) throws {
        let query = "path=main/crm/acme&min_valid_seconds=\(text)"
        let faults = try OpenAPIDocument().faults(ofQuery: query, body: nil, to: "GET /v1/token")
        let read = try AgentEndpoint.find("GET", "/v1/token?\(query)").1
        let seconds = try? read.seconds("min_valid_seconds")
        #expect(faults.isEmpty == (seconds != nil), "\(faults)")
    }

    @Test func `has each event, and its data`() throws {
        let document = try OpenAPIDocument()
        let answers = document.description(of: "GET /v1/events")["responses"] as? [String: [String: Any]]
        let content = answers?["200"]?["content"] as? [String: [String: Any]]
        let described = try #require(content?["text/event-stream"]?["x-coffer-events"] as? [String: Any])
        let state = ConnectionState(path: "main/crm/acme", state: "tainted", version: 7, expiresAt: Date())
        let rotation = ClientRotation(
            id: "r-0123456789abcdef", path: "main/crm", mode: "leak", state: "running", awaitsRemoval: false)
        let events: [AgentEvent] = [
            .refreshed(state), .tainted(state), .needsPerson(state), .rotationOpened(rotation),
            .rotationWaiting(rotation), .rotationClosed(rotation), .locked, .unlocked, .beat,
        ]
        let text = events.map { String(buffer: $0.frame) }.joined()
        #expect(document.faults(ofEvents: text, by: described) == [])
        let told = text.split(separator: "\n").filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
        #expect(described.keys.sorted() == told.sorted())
    }
}
