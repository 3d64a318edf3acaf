// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension RotationMachine {
    /// What is to be done now.
    package func next() -> RotationAction {
        switch phase {
        case .opened: plan.isListed ? .taint : .list
        case .begun: nextForSecret()
        case .requested: .replaceSecret(attempt: attempt, mayHaveBeenSent: lostRequest)
        case .pending: .provePendingSecret
        case .proven: .switchSecret
        case .removing: .removeOldSecret(byPerson: false)
        case .awaitingRemoval(let request): asksBeforeRemoval ? .proveOldSecretDead : .askRemoved(request)
        case .probing: .proveOldSecretDead
        case .reissuing: nextForConnections()
        case .settled: nextForOthers ?? .close(openItems: openItems)
        case .stopped(let reason): .stop(reason)
        case .closed, .abandoned: .finish
        }
    }

    /// What a person is waited for with: the new secret, or the removal of the old one.
    package var awaits: OperatorRequest? {
        switch phase {
        case .begun: request
        case .awaitingRemoval(let request): request
        default: nil
        }
    }

    /// Whether a person is waited for who removes the old secret.
    package var awaitsRemoval: Bool {
        if case .awaitingRemoval = phase { true } else { false }
    }

    /// Why it stands still, if it does.
    package var stopReason: StopReason? {
        switch phase {
        case .stopped(let reason): reason
        case .reissuing where ahead == 0 && left > 0: .connectionsLeft
        default: nil
        }
    }

    /// Whether it came to its end.
    package var isClosed: Bool { phase == .closed }

    /// Whether it was given up for another.
    package var isAbandoned: Bool { phase == .abandoned }

    /// Whether nothing can happen any more.
    package var isOver: Bool { isClosed || isAbandoned }

    /// What is left for a person: in the plan's order, then what is in no plan.
    package var openItems: [String] { plannedItems + unplannedItems }

    /// What is left for a person of what was planned.
    var plannedItems: [String] {
        plan.connections.flatMap { connection -> [String] in
            guard let outcome = outcomes[connection] else { return [] }
            let alive = outcome.livingTokens.map { "\(connection): \($0)" }
            switch outcome.result {
            case .needsPerson(let reason):
                return ["\(connection) needs a person: \(reason)"] + alive
            case .failed(let reason, _):
                return ["\(connection) was not reissued: \(reason)"] + alive
            case .reissued:
                return alive
            }
        }
    }

    private func nextForSecret() -> RotationAction {
        if request == nil, plan.startsWithOperator { return .describeReplacement }
        if plan.freezes, !isFrozen { return .freeze(request) }
        if let request { return .askOperator(request, problem: problem) }
        return .requestSecret(attempt: attempt, mayHaveBeenSent: lostRequest)
    }

    private func nextForConnections() -> RotationAction {
        let due = plan.connections.filter { isDue($0) }
        let untried = due.filter { (outcomes[$0]?.triesInRun ?? 0) == 0 }
        if let first = untried.first {
            // On some servers a refresh with a wrong secret spends the token: while nothing has shown that the new one is
            // right, one connection goes ahead. After a leak there is no time for that.
            let isCautious = plan.mode == .planned && !isShown
            return .reissue(isCautious ? [first] : untried, isRetry: false)
        }
        let again = due.filter { (outcomes[$0]?.triesInRun ?? 0) < Self.reissueTries }
        if !again.isEmpty { return .reissue(again, isRetry: true) }
        let leaked = plan.mode == .leak ? plan.connections + unplanned : []
        let unproven = leaked.filter(isUnproven)
        if !unproven.isEmpty { return .proveTokens(unproven) }
        // What is left as it is has the old tokens until somebody comes, and whoever stole them has, too.
        let unasked = leaked.filter { isUnasked($0) }
        if !unasked.isEmpty { return .proveLeft(unasked) }
        // What passes by itself leaves nothing closed, and where nothing leaked no old secret removed.
        if let stopReason { return .stop(stopReason) }
        if plan.mode == .planned {
            // The only secret that is known to work is not removed on faith.
            return plan.overlaps ? .removeOldSecret(byPerson: !isShown) : .proveOldSecretDead
        }
        return nextForOthers ?? .close(openItems: openItems)
    }
}
