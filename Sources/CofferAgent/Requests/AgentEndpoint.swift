// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What can be asked of the agent; docs/agent-openapi.json describes each.
enum AgentEndpoint: String, CaseIterable {
    /// The entries that there are.
    case entries = "/v1/entries"
    /// What happens, as it happens.
    case events = "/v1/events"
    /// Whether the agent serves.
    case health = "/v1/health"
    /// The keys are to be forgotten.
    case lock = "/v1/lock"
    /// What is measured.
    case metrics = "/v1/metrics"
    /// A token was refused by a server.
    case rejected = "/v1/rejected"
    /// A ticket is to end.
    case revoke = "/v1/revoke"
    /// A static secret's value.
    case secret = "/v1/secret"
    /// The agent itself, and the state of the connections.
    case status = "/v1/status"
    /// A ticket is asked for.
    case ticket = "/v1/ticket"
    /// The tickets that are good.
    case tickets = "/v1/tickets"
    /// An access token.
    case token = "/v1/token"
    /// The vault is to be opened again.
    case unlock = "/v1/unlock"

    /// The method that it is asked with.
    var method: String {
        switch self {
        case .lock, .rejected, .revoke, .ticket, .unlock: "POST"
        case .entries, .events, .health, .metrics, .secret, .status, .tickets, .token: "GET"
        }
    }

    /// Whether it may be asked with a ticket: what reads, and concerns single paths or nobody.
    ///
    /// A report of a refused token has that replaced, which is more than reading: whoever could do it would have tokens refreshed
    /// at will. What is measured is about all paths.
    var isForTickets: Bool {
        switch self {
        case .entries, .events, .health, .secret, .status, .token: true
        case .lock, .metrics, .rejected, .revoke, .ticket, .tickets, .unlock: false
        }
    }

    /// What it is called where requests are counted.
    var operation: String { String(rawValue.dropFirst("/v1/".count)) }

    /// The fields that its query may have.
    var fields: [String] {
        switch self {
        case .entries, .events, .status: ["below"]
        case .secret: ["path"]
        case .token: ["path", "min_valid_seconds", "scope", "audience", "resource", "vault_file"]
        case .health, .lock, .metrics, .rejected, .revoke, .ticket, .tickets, .unlock: []
        }
    }

    /// Finds what a request is for.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: The request target in origin form (RFC 9112 §3.2.1).
    /// - Returns: the endpoint, and its query.
    /// - Throws: ``RequestFault``: 404 for what is not there, 405 for another method, 400 for its query.
    static func find(_ method: String, _ target: String) throws(RequestFault) -> (AgentEndpoint, RequestQuery) {
        let sides = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let endpoint = AgentEndpoint(rawValue: String(sides[0])) else {
            throw RequestFault(status: 404, code: "no_such_endpoint", message: "the agent has no such endpoint")
        }
        guard method == endpoint.method else {
            throw RequestFault(
                status: 405, code: "method_not_allowed",
                message: "\(endpoint.rawValue) is asked with \(endpoint.method)",
                allowed: endpoint.method)
        }
        return (endpoint, try RequestQuery(sides.count > 1 ? sides[1] : nil, names: endpoint.fields))
    }
}
