// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How many requests came to which end.
final class RequestCounts: Sendable {
    /// What they are counted by.
    private struct Key: Hashable {
        /// Nil for what is no request of this agent's.
        let endpoint: AgentEndpoint?
        let outcome: String
    }

    private let state = Mutex<[Key: Int]>([:])

    /// Counts one; the outcome is `ok` or the code of a failure.
    func count(_ endpoint: AgentEndpoint?, _ outcome: String) {
        state.withLock { $0[Key(endpoint: endpoint, outcome: outcome), default: 0] += 1 }
    }

    /// Writes them, by operation and outcome.
    func write(to text: inout MetricText) {
        let rows = state.withLock { $0 }.map { key, count in
            (operation: key.endpoint?.operation ?? "none", outcome: key.outcome, count: count)
        }
        text.begin("coffer_agent_requests_total", .counter, "Requests of clients, by operation and outcome.")
        for row in rows.sorted(by: { ($0.operation, $0.outcome) < ($1.operation, $1.outcome) }) {
            text.sample(
                "coffer_agent_requests_total", [("operation", row.operation), ("outcome", row.outcome)],
                Double(row.count))
        }
    }
}
