// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Synchronization

extension RotationWorld: RotationSteps {
    func taint(_ plan: RotationPlan) async throws {
        try begin("taint")
        state.withLock { world in
            world.takeOver()
            guard world.taintedBy != plan.id else { return }
            world.epochs.beginTaint()
            world.strength = plan.taint
            world.taintedBy = plan.id
            // Whoever has the vault's secrets may have them all, those of an abandoned rotation too.
            world.leaked.formUnion(world.unwanted.union([world.current]))
            world.firstAfterTaint = world.nextSecret
        }
        try touch()
    }

    func connections(_ plan: RotationPlan) async throws -> [CredentialPath] {
        try begin("list")
        return self.plan.connections
    }

    func freeze(_ plan: RotationPlan) async throws {
        try begin("freeze")
        state.withLock { world in
            world.takeOver()
            world.isFrozen = true
        }
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
            if plan.freezes, !world.isFrozen { world.violations.append("a request before the freeze") }
            world.takeOver()
            if world.pending != nil, !world.pendingIsRefused { return true }
            // Nobody holds what the provider holds: the lost request made it, and the registration tells it.
            return mayHaveBeenSent && !plan.overlaps && !world.unwanted.contains(world.inForce)
                && world.inForce != world.current && world.inForce != world.pending
                && world.owners[world.inForce] == world.currentClient
        }
        if isFound, !mayHaveBeenSent {
            state.withLock { $0.violations.append("a second pending secret") }
        }
        if !isFound {
            if state.withLock({ $0.script.fallsToOperator }) { return .needsOperator(request) }
            state.withLock { world in
                world.removeUnwanted(lostRequest: mayHaveBeenSent)
                world.requestsSent += 1
                world.make(label: plan.id)
            }
            try touch()
        }
        state.withLock { world in
            world.seal(world.inForce, of: world.pending == world.inForce ? world.pendingClient : world.currentClient)
        }
        try touch()
        return .pendingSealed(evidence: "the answer held a new secret")
    }

    func sealedSecret(_ plan: RotationPlan) async throws -> String? {
        try touch()
        return state.withLock { world in
            world.pending != nil && world.pendingRotation == plan.id && !world.pendingIsRefused
                ? "sealed before this run began" : nil
        }
    }

    func accept(_ secret: Secret, clientID: String?, _ plan: RotationPlan) async throws -> String? {
        try begin(clientID.map { "accept with \($0)" } ?? "accept")
        let number = secret.withExposedText { Int($0) }
        let changed = try state.withLock { world -> String? in
            if !world.hasSaidClient || world.saidClient != clientID {
                world.violations.append("a secret with the client id of another answer")
            }
            world.hasSaidClient = false
            guard clientID != "no id" else { throw RotationError(.unusableClientID, "that is no client id") }
            guard let number else { throw RotationError(.unusableSecret, "that is not a number") }
            guard number != world.current else { throw RotationError(.unusableSecret, "that is the old secret") }
            guard !world.unwanted.contains(number) else { throw RotationError(.unusableSecret, "that was abandoned") }
            world.seal(number, of: clientID ?? world.currentClient)
            return world.pendingClient == world.currentClient ? nil : world.pendingClient
        }
        try touch()
        return changed
    }

    func provePendingSecret(_ plan: RotationPlan) async throws -> Proof {
        try begin("prove new")
        let isSilent = state.withLock { world -> Bool in
            world.script.newSilences -= 1
            return world.script.newSilences >= 0
        }
        if isSilent { throw RotationError(.unanswered, "nobody answered") }
        let result = state.withLock { world -> ProofResult in
            if world.pending == nil { world.violations.append("a probe without a pending secret") }
            let scripted = world.script.pendingVerdicts.first ?? .proven
            world.script.pendingVerdicts = Array(world.script.pendingVerdicts.dropFirst())
            // A secret that was refused once stays refused: the provider made a bad one.
            if scripted == .refuted, let pending = world.pending { world.bad.insert(pending) }
            // A secret says nothing without the id of its own client.
            let isGood =
                world.pending.map {
                    $0 == world.inForce && !world.bad.contains($0) && world.owners[$0] == world.pendingClient
                } ?? false
            let result = isGood ? scripted : .refuted
            world.pendingIsRefused = result == .refuted
            if result == .proven { world.isShown = true }
            return result
        }
        try touch()
        return proof("new client_secret", "accepted", result)
    }

    func switchSecret(_ plan: RotationPlan) async throws {
        try begin("switch")
        state.withLock { world in
            if let pending = world.pending {
                if world.pendingRotation != plan.id { world.violations.append("another rotation's secret in force") }
                if world.pendingIsRefused { world.violations.append("a refused secret was put in force") }
                world.retired = world.current
                world.retiredClient = world.currentClient
                world.current = pending
                world.currentClient = world.pendingClient
                world.pending = nil
                world.secretRotation = plan.id
                world.epochs.switchSecret(in: plan.mode)
                world.barredBy = plan.mode == .leak && plan.taint == .hold ? plan.id : nil
                world.isFrozen = false
            } else if world.retired == nil {
                world.violations.append("a switch without a pending secret")
            }
        }
        try touch()
    }

    func proveOldSecretDead(_ plan: RotationPlan) async throws -> Proof {
        try begin("prove old")
        let isSilent = state.withLock { world -> Bool in
            world.script.oldSilences -= 1
            return world.script.oldSilences >= 0
        }
        if isSilent { throw RotationError(.unanswered, "nobody answered") }
        let result = state.withLock { world -> ProofResult in
            if let retired = world.retired { world.noteSending(retired, as: world.retiredClient) }
            let isAlive = world.unwanted.union([world.retired].compactMap(\.self)).contains { world.accepts($0) }
            let scripted = world.script.oldVerdicts.first ?? .proven
            return isAlive && scripted == .proven ? .refuted : scripted
        }
        try touch()
        state.withLock { $0.script.oldVerdicts = Array($0.script.oldVerdicts.dropFirst()) }
        return proof("old client_secret", "refused", result)
    }

    func reissue(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> ReissueResult {
        try begin("reissue \(connection)")
        let result = state.withLock { world -> ReissueResult in
            world.running += 1
            world.mostRunning = max(world.mostRunning, world.running)
            if plan.mode == .leak, !world.hasVerdict {
                world.violations.append("a reissue before the old secret was dead or unprovable")
            }
            if world.isFrozen { world.violations.append("a reissue under the freeze") }
            let pair = world.minted[connection] ?? (0, 0)
            let isDue = world.epochs.needsReissue(mintedUnder: pair.epoch, in: plan.mode)
            if isDue == (pair.secret == world.current) { world.violations.append("an epoch that tells another secret") }
            if !isDue { return .reissued }
            world.barredBy = nil
            // All was granted to the first client: of that nothing is sent with what another has.
            guard world.currentClient == Self.firstClient else {
                return .needsPerson(reason: "the client id has changed")
            }
            world.noteSending(world.current, as: world.currentClient)
            let result = world.script.results[connection]?.first ?? .reissued
            switch result {
            case .needsPerson: world.gone.insert(connection)
            case .reissued, .failed: world.gone.remove(connection)
            }
            return result
        }
        defer { state.withLock { $0.running -= 1 } }
        await Task.yield()
        if result == .reissued {
            try touch()
            state.withLock { world in
                world.reissued[connection] = world.current
                world.minted[connection] = (world.epochs.secret, world.current)
                world.isShown = true
            }
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

    func removeOldSecret(_ plan: RotationPlan, byPerson: Bool) async throws -> SecretRemoval {
        try begin("remove")
        let request = OperatorRequest(title: "remove the old secret", steps: ["click"], link: nil)
        let isPersons = byPerson || plan.startsWithOperator || state.withLock { $0.script.removalFallsToOperator }
        if isPersons { return .needsOperator(request) }
        state.withLock { world in
            if plan.mode == .planned, !world.isShown { world.violations.append("the old secret was removed on faith") }
            if world.pending != nil { world.violations.append("the old secret was removed before the switch") }
            if let retired = world.retired { world.alive[retired] = nil }
            if world.alive[world.current] == nil { world.violations.append("the secret in force was removed") }
        }
        try touch()
        return .removed(evidence: "the provider lists it no more")
    }

    /// Whether a planned connection was left without tokens for a reason that passes by itself.
    private static func leavesWork(_ plan: RotationPlan, _ events: [JournalEvent]) -> Bool {
        var results: [CredentialPath: ReissueResult] = [:]
        for event in events {
            if case .reissued(let connection, let result) = event.fact { results[connection] = result }
        }
        return plan.connections.compactMap { results[$0] }.contains { result in
            if case .failed(_, retryable: true) = result { true } else { false }
        }
    }

    /// Whether a person took the removal on.
    private static func isPersons(_ event: JournalEvent) -> Bool {
        if case .awaitingRemoval = event.fact { true } else { false }
    }

    func unplanned(_ plan: RotationPlan) async throws -> [CredentialPath] {
        try touch()
        return state.withLock { $0.script.unplanned }
    }

    func close(_ plan: RotationPlan, openItems: [String]) async throws {
        try begin("close")
        state.withLock { world in
            if plan.mode == .planned, plan.overlaps, !world.isShown, !world.events.contains(where: Self.isPersons) {
                world.violations.append("closed although nothing showed that the new secret works")
            }
            world.checkLeft()
            if Self.leavesWork(plan, world.events) {
                world.violations.append("closed although a connection may get tokens later")
            }
            world.retired = nil
            world.barredBy = nil
            world.unwanted = []
            world.isClosed = true
        }
        try touch()
    }

    func proof(_ subject: String, _ claim: String, _ result: ProofResult) -> Proof {
        Proof(subject: subject, claim: claim, result: result, at: now(), evidence: "the provider answered \(result)")
    }
}
