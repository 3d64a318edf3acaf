// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Foundation

/// Everything that is measured here, as one text.
struct AgentMetrics: Sendable {
    let registry: MetricsRegistry
    let requests = RequestCounts()
    let survey = ConnectionSurvey()

    /// Writes all of it; only what concerns the connections is read from the vault.
    func text(
        _ vault: AgentVault, _ facts: AgentFacts, openConnections: Int, now: Date
    ) async -> String {
        var text = MetricText()
        text.begin("coffer_agent_info", .gauge, "The version of the program.")
        text.sample("coffer_agent_info", [("version", CofferVersion.number)], 1)
        text.metric(
            "coffer_agent_start_time_seconds", .gauge, "When the agent began, since 1970.",
            facts.startedAt.timeIntervalSince1970.rounded(.down))
        text.metric("coffer_agent_locked", .gauge, "Whether the agent has no key.", vault.isLocked ? 1 : 0)
        text.metric(
            "coffer_agent_open_connections", .gauge, "Clients that are connected.", Double(openConnections))
        let known = facts.snapshot
        text.metric(
            "coffer_agent_refreshes_running", .gauge, "Refreshes under way that the agent began by itself.",
            Double(known.runningCount))
        requests.write(to: &text)
        registry.write(to: &text)
        await survey.write(to: &text, vault, now: now)
        return text.text
    }
}
