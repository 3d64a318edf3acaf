// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import Foundation
import Synchronization

/// How the connections are, in figures without a path: for alarms, looked up once a minute at most.
final class ConnectionSurvey: Sendable {
    /// What was found.
    private struct Found {
        let at: Duration
        var counts: [Kind: Int] = [:]
        var firstExpiry: [String: Date] = [:]
    }

    private struct Kind: Hashable {
        let provider: String
        let state: String
    }

    /// How long what was found is believed: 60 s, as all entries are opened for it.
    private static let validity = Duration.seconds(60)

    private let elapsed: @Sendable () -> Duration
    private let last = Mutex<Found?>(nil)

    /// Begins without having looked.
    init(clock: any Clock<Duration> = ContinuousClock()) {
        elapsed = clock.stopwatch()
    }

    /// Writes how many connections are in which state, and how long the token that ends first lives; nothing where they can't be read.
    func write(to text: inout MetricText, _ vault: AgentVault, now: Date) async {
        guard !vault.isLocked, let found = await look(vault) else { return }
        text.begin("coffer_connections", .gauge, "Connections, by provider and state.")
        let counts = found.counts.sorted { ($0.key.provider, $0.key.state) < ($1.key.provider, $1.key.state) }
        for (kind, count) in counts {
            text.sample("coffer_connections", [("provider", kind.provider), ("state", kind.state)], Double(count))
        }
        text.begin(
            "coffer_connection_seconds_to_expiry", .gauge,
            "How long the token of an active connection lives that ends first; negative once it has.")
        for (provider, date) in found.firstExpiry.sorted(by: { $0.key < $1.key }) {
            let seconds = date.timeIntervalSince(now).rounded(.down)
            text.sample("coffer_connection_seconds_to_expiry", [("provider", provider)], seconds)
        }
    }

    private func look(_ vault: AgentVault) async -> Found? {
        let now = elapsed()
        if let known = last.withLock({ $0 }), now - known.at < Self.validity { return known }
        guard let connections = try? await vault.use(.question, { try await $0.clientConnections(below: nil) }) else {
            return nil
        }
        var found = Found(at: now)
        for connection in connections {
            found.counts[Kind(provider: connection.provider, state: connection.state), default: 0] += 1
            guard connection.state == "active", let end = connection.expiresAt else { continue }
            found.firstExpiry[connection.provider] = min(end, found.firstExpiry[connection.provider] ?? end)
        }
        let result = found
        last.withLock { $0 = result }
        return result
    }
}
