// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation

extension KeeperRotationSteps {
    /// Has the driver replace the secret and seals what it brings as pending, before anything depends on it.
    func replaceSecret(
        _ plan: RotationPlan, attempt: Int, mayHaveBeenSent: Bool
    ) async throws -> SecretReplacement {
        try await takeOver(plan)
        let (record, _, registration) = try await app(plan)
        if let evidence = alreadySealed(record, plan) { return .pendingSealed(evidence: evidence) }
        let driver = try driver(of: plan, registration)
        let refused = record.pendingWasRefused ? record.pendingSecret : nil
        let rotations = try await keeper.rotations(with: plan.id).filter { $0.app == plan.app }
        let order = ReplacementOrder(
            registration: registration, refused: refused, mayHaveBeenSent: mayHaveBeenSent, attempt: attempt,
            unwanted: record.unwanted, rotation: plan.id,
            abandoned: rotations.filter { $0.state == .abandoned }.map(\.id),
            openedAt: rotations.first { $0.id == plan.id }?.openedAt)
        let keep: @Sendable (RegistrationAccess) async throws -> Void = { try await keepRegistration($0, plan) }
        // Nothing is asked for whose answer could not be kept.
        if !(driver is OperatorDriver) { try keeper.vault.reserveRoom() }
        let answer =
            try await plan.overlaps
            ? driver.addSecret(order, keep: keep) : driver.replaceSecret(order, keep: keep)
        switch answer {
        case .needsOperator(let request): return .needsOperator(request)
        case .replaced(let secret, let evidence):
            try await seal(secret, plan)
            return .pendingSealed(evidence: evidence)
        }
    }

    /// What replaces the secret.
    func driver(of plan: RotationPlan, _ registration: ClientRegistration) throws -> any SecretDriver {
        try keeper.secretDriver(named: plan.driver, of: plan.app, registration, byHand: byHand)
    }

    /// Takes over what a rotation left that was given up for this one.
    private func takeOver(_ plan: RotationPlan) async throws {
        try await change(plan, "take over") { app, _ in
            guard app.hasLeftovers(besides: plan.id.description) else { return nil }
            app.takeOver(for: plan.id.description)
            return []
        }
    }

    func sealedSecret(_ plan: RotationPlan) async throws -> String? {
        alreadySealed(try await app(plan).record, plan)
    }

    /// A pending secret of this rotation that nobody refused: the answer was sealed and the journal entry lost.
    private func alreadySealed(_ record: AppRecord, _ plan: RotationPlan) -> String? {
        guard record.pendingSecret != nil, record.pendingRotation == plan.id.description, !record.pendingWasRefused
        else { return nil }
        return "sealed before this run began"
    }

    /// A rotated registration token is sealed before anything else: without it the registration is lost.
    private func keepRegistration(_ access: RegistrationAccess, _ plan: RotationPlan) async throws {
        try await change(plan, "registration token") { app, _ in
            guard app.registration?.registration != access else { return nil }
            app.registration?.registration = access
            return [TracedSecret(access.token, tier: .issue, field: AppRecord.Tag.registrationToken)]
        }
    }

    func accept(_ secret: Secret, _ plan: RotationPlan) async throws {
        let (record, _, registration) = try await app(plan)
        let refused = record.pendingWasRefused ? record.pendingSecret : nil
        let checked = try DriverTable.person(for: registration)
            .check(secret, old: registration.clientSecret, refused: refused)
        guard !record.unwanted.contains(checked) else {
            throw RotationError(
                .unusableSecret,
                "that is of a rotation that was abandoned, or was refused; make a new one at the provider")
        }
        try await seal(checked, plan)
    }

    private func seal(_ secret: Secret, _ plan: RotationPlan) async throws {
        try await change(plan, "pending secret") { app, _ in
            // Beside the old one a refused secret stays at the provider until somebody removes it.
            if plan.overlaps, let refused = app.pendingSecret, refused != secret { app.discard(refused) }
            app.pendingSecret = secret
            app.pendingRotation = plan.id.description
            app.pendingWasRefused = false
            return [TracedSecret(secret, tier: .issue, field: AppRecord.Tag.pendingSecret)]
        }
    }

    // MARK: - Proofs of the secret

    func provePendingSecret(_ plan: RotationPlan) async throws -> Proof {
        let (record, _, registration) = try await app(plan)
        guard let pending = record.pendingSecret else {
            // Switched before the journal heard of it: what is in force now is what was pending.
            return try await proofOfLife(registration, plan)
        }
        var candidate = registration
        candidate.clientSecret = pending
        let proof = try await settled(plan, registration, waitsUnasked: true) { [candidate] in
            try await proofOfLife(candidate, plan)
        }
        // Noted before the journal hears of it: a value that was sealed and not refused may be given again.
        try await change(plan, "pending secret \(proof.result.rawValue)") { app, _ in
            guard app.pendingSecret == pending, app.pendingWasRefused != (proof.result == .refuted) else { return nil }
            app.pendingWasRefused = proof.result == .refuted
            return []
        }
        return proof
    }

    func proveOldSecretDead(_ plan: RotationPlan) async throws -> Proof {
        let (record, _, registration) = try await app(plan)
        // Those of abandoned rotations too: any of them may be the one that is known to others.
        let others = record.unwanted.filter { $0 != record.retiredSecret && $0 != registration.clientSecret }
        var weakest: Proof?
        for secret in [record.retiredSecret].compactMap(\.self) + others {
            var candidate = registration
            candidate.clientSecret = secret
            let proof = try await settled(plan, registration, waitsUnasked: false) { [candidate] in
                try await proofOfDeath(candidate, "old client_secret", plan)
            }
            if proof.result == .refuted { return proof }
            if weakest == nil || proof.result == .unproven { weakest = proof }
        }
        return weakest
            ?? Proof(
                subject: "old client_secret", claim: "refused", result: .unproven, at: keeper.effects.now(),
                evidence: "the app had no client_secret before")
    }

    /// Whether the provider refuses a secret, the one of this registration; throws as ``answer(about:_:_:)`` does.
    func proofOfDeath(
        _ candidate: ClientRegistration, _ subject: String, _ plan: RotationPlan? = nil
    ) async throws -> Proof {
        let verdict = try await answer(about: candidate, subject, plan)
        let result: ProofResult =
            switch verdict {
            case .refused: .proven
            case .accepted: .refuted
            case .unknown, .unanswered: .unproven
            }
        return proof(subject, "refused", result, verdict)
    }

    private func proofOfLife(_ candidate: ClientRegistration, _ plan: RotationPlan) async throws -> Proof {
        let subject = "new client_secret"
        let verdict = try await answer(about: candidate, subject, plan)
        let result: ProofResult =
            switch verdict {
            case .accepted: .proven
            case .refused: .refuted
            case .unknown, .unanswered: .unproven
            }
        return proof(subject, "accepted", result, verdict)
    }

    /// What the provider says of one secret, asked at the host of another account after so many tries in vain.
    func ask(_ registration: ClientRegistration, _ tries: Int) async throws -> ProbeVerdict {
        let host = await accountHost(for: registration, tries)
        let client = try await keeper.pacer.approach(with: keeper.client, registration, account: nil)
        return await SecretProbe(client: client).probe(registration, accountHost: host)
    }

    private func proof(
        _ subject: String, _ claim: String, _ result: ProofResult, _ verdict: ProbeVerdict
    ) -> Proof {
        Proof(subject: subject, claim: claim, result: result, at: keeper.effects.now(), evidence: verdict.evidence)
    }

    /// Where the token endpoint is the account's own (amoCRM), any account of the app will do, and one whose host is gone keeps
    /// nobody from asking at another's.
    private func accountHost(for registration: ClientRegistration, _ tries: Int) async -> String? {
        guard registration.provider.endpoints.token.needsAccountHost else { return nil }
        let entries = (try? await keeper.vault.inspectAll()) ?? []
        var hosts: [String] = []
        for entry in entries where entry.kind == .connection && hosts.count <= tries {
            guard let record = try? ConnectionRecord(entry), let parent = entry.path.parent,
                let app = entries.first(where: { $0.path == parent }).flatMap({ try? AppRecord($0) }),
                app.registration?.clientID == registration.clientID, let host = record.accountHost
            else { continue }
            if !hosts.contains(host) { hosts.append(host) }
        }
        return hosts.isEmpty ? nil : hosts[tries % hosts.count]
    }
}
