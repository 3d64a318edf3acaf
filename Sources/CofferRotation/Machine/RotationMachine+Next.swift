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
        case .settled: .close(openItems: openItems)
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

    /// What is left for a person, in the plan's order.
    package var openItems: [String] {
        plan.connections.flatMap { connection -> [String] in
            guard let outcome = outcomes[connection] else { return [] }
            switch outcome.result {
            case .needsPerson(let reason):
                return ["\(connection) needs a person: \(reason)"]
            case .failed(let reason, _):
                return ["\(connection) was not reissued: \(reason)"]
            case .reissued:
                let alive = (outcome.proofs ?? []).filter { $0.result == .refuted }
                return alive.map { "\(connection): \($0.finding): \($0.evidence)" }
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
        let unproven = plan.mode == .leak ? plan.connections.filter(isUnproven) : []
        if !unproven.isEmpty { return .proveTokens(unproven) }
        // What passes by itself leaves nothing closed, and where nothing leaked no old secret removed.
        if let stopReason { return .stop(stopReason) }
        if plan.mode == .planned {
            // The only secret that is known to work is not removed on faith.
            return plan.overlaps ? .removeOldSecret(byPerson: !isShown) : .proveOldSecretDead
        }
        return .close(openItems: openItems)
    }
}
