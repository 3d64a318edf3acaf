// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension RotationMachine {
    /// What is to be done now.
    package func next() -> RotationAction {
        switch phase {
        case .opened: .taint
        case .tainted: nextForSecret()
        case .requested: .replaceSecret(attempt: attempt, mayHaveBeenSent: lostRequest)
        case .pending: .provePendingSecret
        case .proven: .switchSecret
        case .switched: .proveOldSecretDead
        case .reissuing: nextForConnections()
        case .stopped(let reason): .stop(reason)
        case .closed: .finish
        }
    }

    /// Whether a person is waited for.
    package var awaits: OperatorRequest? {
        phase == .tainted ? request : nil
    }

    /// Why it stands still, if it does.
    package var stopReason: StopReason? {
        guard case .stopped(let reason) = phase else { return nil }
        return reason
    }

    /// Whether it is over.
    package var isClosed: Bool { phase == .closed }

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
        if !isFrozen { return .freeze(request) }
        if let request { return .askOperator(request, problem: problem) }
        return .requestSecret(attempt: attempt, mayHaveBeenSent: lostRequest)
    }

    private func nextForConnections() -> RotationAction {
        let untried = plan.connections.filter { outcomes[$0] == nil }
        if !untried.isEmpty { return .reissue(untried, isRetry: false) }
        let again = plan.connections.filter { connection in
            guard let outcome = outcomes[connection], case .failed(_, retryable: true) = outcome.result else {
                return false
            }
            return outcome.tries < Self.reissueTries
        }
        if !again.isEmpty { return .reissue(again, isRetry: true) }
        let unproven = plan.connections.filter(isUnproven)
        if !unproven.isEmpty { return .proveTokens(unproven) }
        return .close(openItems: openItems)
    }
}
