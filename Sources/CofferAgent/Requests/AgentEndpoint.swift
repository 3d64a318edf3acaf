// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What can be asked of the agent; docs/agent-openapi.json describes each.
enum AgentEndpoint: String, CaseIterable {
    /// The entries that there are.
    case entries = "/v1/entries"
    /// Whether the agent serves.
    case health = "/v1/health"
    /// A token was refused by a server.
    case rejected = "/v1/rejected"
    /// A static secret's value.
    case secret = "/v1/secret"
    /// The agent itself, and the state of the connections.
    case status = "/v1/status"
    /// An access token.
    case token = "/v1/token"

    /// The method that it is asked with.
    var method: String { self == .rejected ? "POST" : "GET" }

    /// The fields that its query may have.
    var fields: [String] {
        switch self {
        case .entries, .status: ["below"]
        case .secret: ["path"]
        case .token: ["path", "min_valid_seconds", "scope", "audience", "resource"]
        case .health, .rejected: []
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
