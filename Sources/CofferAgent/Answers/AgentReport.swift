// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import Foundation
import Hummingbird

/// What the agent says of itself: whether it is well, how it stands, what it has measured.
struct AgentReport: Sendable {
    let vault: AgentVault
    let facts: AgentFacts
    let metrics: AgentMetrics
    let now: @Sendable () -> Date
    /// How many are connected, at whichever socket.
    let openCount: @Sendable () -> Int

    /// Whether the agent serves, and can read its vault.
    func health() async -> Response {
        var isLocked = false
        var trouble: String?
        do { try await vault.use { try await $0.confirmReadable() } } catch {
            let failure = error as? CredentialError
            isLocked = failure?.code == .locked
            trouble = failure?.message ?? "the vault could not be read"
        }
        // A locked agent is as it was told to be: whoever restarts what is in trouble must not restart it.
        let isWell = trouble == nil || isLocked
        return Reply.json(
            status: isWell ? 200 : 503,
            JSONWriter { object in
                object.member("version", 1)
                object.member("status", isLocked ? "locked" : isWell ? "ok" : "trouble")
                object.member("vault_id", vault.facts.vaultID)
                if isLocked { object.member("unlock_needs", vault.need.rawValue) }
                object.member("message", trouble)
            })
    }

    /// The agent itself, and the connections below a prefix that a ticket is good for.
    ///
    /// What is refreshed and when is about all connections, and so not for whoever has a ticket.
    ///
    /// - Throws: ``CredentialError``, but not `locked`.
    func status(below prefix: String?, _ ticket: Ticket?) async throws -> Response {
        var connections: [ConnectionView]?
        do {
            connections = try await vault.use { try await $0.clientConnections(below: prefix) }
                .filter { ticket?.allows($0.path) ?? true }
        } catch {
            // What is known of the agent itself needs no key.
            guard (error as? CredentialError)?.code == .locked else { throw error }
        }
        let (known, own, isLocked) = (facts.snapshot, vault.facts, connections == nil)
        return Reply.json(
            JSONWriter(byteCount: (connections?.count ?? 0) * 512 + 1024) { object in
                object.member("version", 1)
                object.member("agent") { agent in
                    agent.member("program_version", CofferVersion.number)
                    agent.member("started_at", facts.startedAt)
                    agent.member("vault_id", own.vaultID)
                    agent.member("identity", own.identityName)
                    if let refreshes = own.refreshes { agent.member("refreshes", refreshes) }
                    agent.member("locked", isLocked)
                    agent.member("unlock_needs", vault.need.rawValue)
                    agent.member("lock_after_seconds", vault.lockAfter.map { Int($0.components.seconds) })
                    guard ticket == nil else { return }
                    agent.member("running", known.runningCount)
                    agent.member("waiting", known.waitingCount)
                    agent.member("next_due_at", known.nextDue)
                    agent.member("refreshed", known.refreshedCount)
                    agent.member("failed", known.failedCount)
                }
                if let connections { object.member("connections", connections) { Reply.connection($1, in: &$0) } }
            })
    }

    /// What is measured, as a text for Prometheus.
    func measures() async -> Response {
        Reply.text(
            await metrics.text(vault, facts, openConnections: openCount(), now: now()), type: MetricText.mediaType)
    }
}
