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
            unwanted: record.ownUnwanted, rotation: plan.id,
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

    func refusedClientID(_ plan: RotationPlan) async throws -> String? {
        let record = try await app(plan).record
        guard record.pendingWasRefused, record.pendingRotation == plan.id.description else { return nil }
        return record.pendingClientID
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

    func accept(_ secret: Secret, clientID: String?, _ plan: RotationPlan) async throws -> String? {
        let (record, _, registration) = try await app(plan)
        // Where nobody can be asked about a secret, the old id with the new secret would come into force, and every refresh go
        // out with a pair that is none.
        guard clientID != nil || !registration.provider.changesClientID else {
            throw RotationError(
                .unusableClientID,
                """
                the client id may change with the secret here, and nobody said which goes with this one: give it with \
                --client-id, be it the old one, \(registration.clientID)
                """)
        }
        let other = clientID.flatMap { $0 == registration.clientID ? nil : $0 }
        if let other { try Self.check(other, besides: secret) }
        // With another client id a value is another pair: what was refused may have lacked no more than that.
        let refused = record.pendingWasRefused && record.pendingClientID == other ? record.pendingSecret : nil
        let checked = try DriverTable.person(for: registration)
            .check(secret, old: registration.clientSecret, refused: refused)
        let given = UnwantedSecret(secret: checked, clientID: other ?? registration.clientID)
        guard !record.unwanted.contains(given) else {
            throw RotationError(
                .unusableSecret,
                "that is of a rotation that was abandoned, or was refused; make a new one at the provider")
        }
        try await seal(checked, clientID: other, plan)
        return other
    }

    /// A client id has the form that an app is added with, and is not what was pasted for the secret.
    private static func check(_ clientID: String, besides secret: Secret) throws {
        guard ClientRegistration.isClientID(clientID) else {
            throw RotationError(.unusableClientID, "the client id must be printable text without spaces")
        }
        guard Secret(clientID) != secret.withoutLineEnd else {
            throw RotationError(
                .unusableClientID, "the client id and the client_secret are the same text; copy each of them alone")
        }
    }

    /// The client id goes into the same write: no process finds one of the two without the other.
    private func seal(_ secret: Secret, clientID: String? = nil, _ plan: RotationPlan) async throws {
        try await change(plan, "pending secret") { app, _ in
            // Beside the old one a refused secret stays at the provider until somebody removes it.
            if plan.overlaps, let refused = app.pendingSecret, refused != secret {
                app.discard(refused, of: app.pendingClientID)
            }
            app.pendingSecret = secret
            app.pendingClientID = clientID
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
            return try await proofOfLife(registration, plan, of: nil)
        }
        var candidate = registration
        candidate.clientSecret = pending
        candidate.clientID = record.pendingClientID ?? registration.clientID
        var left = DriverTable.propagation(named: plan.driver, for: registration)
        let proof = try await settled(within: &left, waitsUnasked: true, confirms: false) { [candidate] in
            try await proofOfLife(candidate, plan, of: record.pendingClientID)
        }
        // Noted before the journal hears of it: a value that was sealed and not refused may be given again.
        try await change(plan, "pending secret \(proof.result.rawValue)") { app, _ in
            guard app.pendingSecret == pending, app.pendingClientID == record.pendingClientID,
                app.pendingWasRefused != (proof.result == .refuted)
            else { return nil }
            app.pendingWasRefused = proof.result == .refuted
            return []
        }
        return proof
    }

    func proveOldSecretDead(_ plan: RotationPlan) async throws -> Proof {
        let (record, _, registration) = try await app(plan)
        // Those of abandoned rotations too: any of them may be the one that is known to others.
        let retired = record.retiredSecret.map {
            UnwantedSecret(secret: $0, clientID: record.retiredClientID ?? registration.clientID)
        }
        let others = record.unwanted.filter { other in
            other != retired && (other.secret != registration.clientSecret || other.clientID != registration.clientID)
        }
        var weakest: Proof?
        // The time runs for all of them at once.
        var left = DriverTable.propagation(named: plan.driver, for: registration)
        for held in [retired].compactMap(\.self) + others {
            var candidate = registration
            candidate.clientSecret = held.secret
            candidate.clientID = held.clientID
            let proof = try await settled(within: &left, waitsUnasked: false, confirms: true) { [candidate] in
                try await proofOfDeath(
                    candidate, "old client_secret", plan,
                    of: held.clientID == registration.clientID ? nil : held.clientID)
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
        _ candidate: ClientRegistration, _ subject: String, _ plan: RotationPlan? = nil, of clientID: String? = nil
    ) async throws -> Proof {
        let verdict = try await answer(about: candidate, subject, plan)
        let result: ProofResult =
            switch verdict {
            case .refused: .proven
            case .accepted: .refuted
            case .unknown, .unanswered: .unproven
            }
        return proof(subject, "refused", result, verdict, of: clientID)
    }

    private func proofOfLife(
        _ candidate: ClientRegistration, _ plan: RotationPlan, of clientID: String?
    ) async throws -> Proof {
        let subject = "new client_secret"
        let verdict = try await answer(about: candidate, subject, plan)
        let result: ProofResult =
            switch verdict {
            case .accepted: .proven
            case .refused: .refuted
            case .unknown, .unanswered: .unproven
            }
        return proof(subject, "accepted", result, verdict, of: clientID)
    }

    /// What the provider says of one secret, asked at the host of another account after so many tries in vain.
    func ask(_ registration: ClientRegistration, _ tries: Int) async throws -> ProbeVerdict {
        let host = try await accountHost(for: registration, tries)
        let client = try await keeper.pacer.approach(with: keeper.client, registration, account: nil)
        return await SecretProbe(client: client).probe(registration, accountHost: host)
    }

    /// The client id is said where it is another than the app's: a person has to find that client at the provider.
    private func proof(
        _ subject: String, _ claim: String, _ result: ProofResult, _ verdict: ProbeVerdict, of clientID: String?
    ) -> Proof {
        let asked = clientID.map { "with the client id \($0): " } ?? ""
        return Proof(
            subject: subject, claim: claim, result: result, at: keeper.effects.now(),
            evidence: asked + verdict.evidence, clientID: clientID)
    }

    /// The host of an account to ask at, the next one after each try in vain; nil where none is needed or known.
    ///
    /// Where the token endpoint is the account's own (amoCRM), any account of the app will do, and one whose host is gone keeps
    /// nobody from asking at another's. Those of an app that is changing its client id will do for both ids.
    ///
    /// - Throws: what reading the vault throws: without a host nobody can be asked, and on that a mistyped secret would go into force.
    private func accountHost(for registration: ClientRegistration, _ tries: Int) async throws -> String? {
        guard registration.provider.endpoints.token.needsAccountHost else { return nil }
        let entries = try await keeper.readableEntries()
        var hosts: [String] = []
        for entry in entries where entry.kind == .connection && hosts.count <= tries {
            guard let record = try? ConnectionRecord(entry), let parent = entry.path.parent,
                let app = entries.first(where: { $0.path == parent }).flatMap({ try? AppRecord($0) }),
                app.knows(clientID: registration.clientID), let host = record.accountHost
            else { continue }
            if !hosts.contains(host) { hosts.append(host) }
        }
        return hosts.isEmpty ? nil : hosts[tries % hosts.count]
    }
}
