// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Foundation
import Synchronization

/// What the agent knows of itself: when it began, and what its schedule does.
final class AgentFacts: Sendable {
    /// A moment of it.
    struct Snapshot: Sendable {
        /// Refreshes under way.
        var runningCount = 0
        /// Connections that are due and wait for their turn.
        var waitingCount = 0
        /// When the next one falls due.
        var nextDue: Date?
        /// How many pairs were committed by this agent's schedule.
        var refreshedCount = 0
        /// How many of its refreshes failed; a failure that only repeats the one before is not counted.
        var failedCount = 0
    }

    /// When the agent began.
    let startedAt: Date
    private let state = Mutex(Snapshot())

    /// Begins with nothing known.
    init(startedAt: Date) {
        self.startedAt = startedAt
    }

    /// What is known now.
    var snapshot: Snapshot { state.withLock { $0 } }

    /// Takes note of what the schedule says.
    func take(_ event: WatchEvent) {
        state.withLock { state in
            switch event {
            case .ended(let line):
                if line.outcome == .refreshed { state.refreshedCount += 1 }
                if line.outcome == .failed { state.failedCount += 1 }
            case .load(let running, let waiting, let nextDue):
                (state.runningCount, state.waitingCount, state.nextDue) = (running, waiting, nextDue)
            case .clockSet, .trouble: break
            }
        }
    }
}
