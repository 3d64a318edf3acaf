// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Synchronization

extension RotationWorld: RotationSteps {
    func taint(_ plan: RotationPlan) async throws {
        try begin("taint")
        state.withLock { $0.isTainted = true }
        try touch()
    }

    func freeze(_ plan: RotationPlan) async throws {
        try begin("freeze")
        state.withLock { $0.isFrozen = true }
        try touch()
    }

    func replaceSecret(
        _ plan: RotationPlan, attempt: Int, mayHaveBeenSent: Bool
    ) async throws -> SecretReplacement {
        try begin("replace")
        let request = OperatorRequest(title: "regenerate the secret", steps: ["open the page", "click"], link: nil)
        if plan.startsWithOperator { return .needsOperator(request) }
        let isFound = state.withLock { world -> Bool in
            if world.events.last?.fact != .secretRequested(attempt: attempt, mayHaveBeenSent: mayHaveBeenSent) {
                world.violations.append("a request that is not in the journal")
            }
            if !world.isFrozen { world.violations.append("a request before the freeze") }
            if world.pending != nil, !world.pendingIsRefused { return true }
            // Nobody holds what the provider holds: the lost request made it.
            return mayHaveBeenSent && world.inForce != world.current && world.inForce != world.pending
        }
        if isFound, !mayHaveBeenSent {
            state.withLock { $0.violations.append("a second pending secret") }
        }
        if !isFound {
            if state.withLock({ $0.script.fallsToOperator }) { return .needsOperator(request) }
            state.withLock { world in
                world.requestsSent += 1
                world.inForce = world.nextSecret
                world.nextSecret += 1
            }
            try touch()
        }
        state.withLock { world in
            world.pending = world.inForce
            world.pendingIsRefused = false
        }
        try touch()
        return .pendingSealed(evidence: "the answer held a new secret")
    }

    func accept(_ secret: Secret, _ plan: RotationPlan) async throws {
        try begin("accept")
        let number = secret.withExposedText { Int($0) }
        try state.withLock { world in
            guard let number else { throw RotationError(.unusableSecret, "that is not a number") }
            guard number != world.current else { throw RotationError(.unusableSecret, "that is the old secret") }
            world.pending = number
            world.pendingIsRefused = false
        }
        try touch()
    }

    func provePendingSecret(_ plan: RotationPlan) async throws -> Proof {
        try begin("prove new")
        let result = state.withLock { world -> ProofResult in
            if world.pending == nil { world.violations.append("a probe without a pending secret") }
            let scripted = world.script.pendingVerdicts.first ?? .proven
            world.script.pendingVerdicts = Array(world.script.pendingVerdicts.dropFirst())
            // A secret that was refused once stays refused: the provider made a bad one.
            if scripted == .refuted, let pending = world.pending { world.bad.insert(pending) }
            let isGood = world.pending.map { $0 == world.inForce && !world.bad.contains($0) } ?? false
            let result = isGood ? scripted : .refuted
            world.pendingIsRefused = result == .refuted
            return result
        }
        try touch()
        return proof("new client_secret", "accepted", result)
    }

    func switchSecret(_ plan: RotationPlan) async throws {
        try begin("switch")
        state.withLock { world in
            if let pending = world.pending {
                if world.pendingIsRefused { world.violations.append("a refused secret was put in force") }
                world.retired = world.current
                world.current = pending
                world.pending = nil
                world.isFrozen = false
            } else if world.retired == nil {
                world.violations.append("a switch without a pending secret")
            }
        }
        try touch()
    }

    func proveOldSecretDead(_ plan: RotationPlan) async throws -> Proof {
        try begin("prove old")
        let result = state.withLock { $0.script.oldVerdicts.first ?? .proven }
        try touch()
        state.withLock { $0.script.oldVerdicts = Array($0.script.oldVerdicts.dropFirst()) }
        return proof("old client_secret", "refused", result)
    }

    func reissue(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> ReissueResult {
        try begin("reissue \(connection)")
        let result = state.withLock { world -> ReissueResult in
            world.running += 1
            world.mostRunning = max(world.mostRunning, world.running)
            let verdicts = world.events.compactMap { event -> ProofResult? in
                if case .oldSecretProbed(let proof) = event.fact { proof.result } else { nil }
            }
            if verdicts.last == nil || verdicts.last == .refuted {
                world.violations.append("a reissue before the old secret was dead or unprovable")
            }
            if world.isFrozen { world.violations.append("a reissue under the freeze") }
            if world.reissued[connection] != nil { return .reissued }
            return world.script.results[connection]?.first ?? .reissued
        }
        defer { state.withLock { $0.running -= 1 } }
        await Task.yield()
        if result == .reissued {
            try touch()
            state.withLock { $0.reissued[connection] = $0.current }
        }
        try touch()
        state.withLock { world in
            if world.script.results[connection]?.isEmpty == false { world.script.results[connection]?.removeFirst() }
        }
        return result
    }

    func proveTokens(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof] {
        try begin("prove \(connection)")
        let verdict = state.withLock { world in
            if world.reissued[connection] == nil { world.violations.append("a token proof without new tokens") }
            return world.script.tokenVerdict
        }
        try touch()
        return [
            proof("old access token", "refused", verdict), proof("new access token", "accepted", .proven),
        ]
    }

    func close(_ plan: RotationPlan, openItems: [String]) async throws {
        try begin("close")
        state.withLock { world in
            world.retired = nil
            world.isClosed = true
        }
        try touch()
    }

    private func proof(_ subject: String, _ claim: String, _ result: ProofResult) -> Proof {
        Proof(subject: subject, claim: claim, result: result, at: now(), evidence: "the provider answered \(result)")
    }
}
