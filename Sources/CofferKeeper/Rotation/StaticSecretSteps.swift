// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault

/// The steps of a rotation of a static secret: each idempotent, each keyed by the plan's id.
///
/// Nobody is asked anything over the network: what a value opens, and where it comes from, only people know.
struct StaticSecretSteps: RotationSteps {
    let keeper: Keeper

    /// How often a write is tried again when another process wrote the entry in between.
    private static let writeTries = 20

    /// What a person is asked to do.
    static func request(_ plan: RotationPlan) -> OperatorRequest {
        OperatorRequest(
            title: "make a new value of \(plan.app) where it comes from",
            steps: [
                "Open the page that made the present value, or ask whoever gave it to you.",
                plan.overlaps
                    ? "Make a second one there; the present one stays in force until this one is."
                    : "Make a new one there, and end the old one: until then it works for whoever has it.",
                "Give the new one to Coffer; its readers get it from then on.",
            ], link: nil)
    }

    /// What a person is asked to end.
    static func removal(_ plan: RotationPlan) -> OperatorRequest {
        OperatorRequest(
            title: "end the old value of \(plan.app) where it comes from",
            steps: [
                "See that whoever used the old one has read the new one.",
                "End the old one, and see that it is refused.",
            ],
            link: nil)
    }

    func taint(_ plan: RotationPlan) async throws {
        try await change(plan, "taint \(plan.taint?.rawValue ?? "")") { secret in
            guard secret.taintRotation != plan.id.description, secret.valueRotation != plan.id.description else {
                return false
            }
            secret.taintStrength = plan.taint
            secret.taintRotation = plan.id.description
            return true
        }
    }

    /// Nothing is refreshed with it.
    func freeze(_ plan: RotationPlan) async throws {}

    func replaceSecret(
        _ plan: RotationPlan, attempt: Int, mayHaveBeenSent: Bool
    ) async throws -> SecretReplacement {
        .needsOperator(Self.request(plan))
    }

    func accept(_ secret: Secret, _ plan: RotationPlan) async throws {
        guard !secret.isEmpty else { throw RotationError(.unusableSecret, "nothing was entered") }
        guard secret.withExposedBytes({ bytes in bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }) else {
            throw RotationError(.unusableSecret, "that holds a line break or a control character; copy the value alone")
        }
        let present = try await record(plan)
        guard secret != present.value else {
            throw RotationError(.unusableSecret, "that is the old value; make a new one where it comes from first")
        }
        // Of one that was given up: made for a rotation whose value may have leaked too.
        guard secret != present.pending || present.pendingRotation == plan.id.description else {
            throw RotationError(.unusableSecret, "that is of a rotation that was abandoned; make a new one")
        }
        try await change(plan, "pending value") { record in
            record.pending = secret
            record.pendingRotation = plan.id.description
            return true
        }
    }

    func sealedSecret(_ plan: RotationPlan) async throws -> String? {
        let present = try await record(plan)
        guard present.pending != nil, present.pendingRotation == plan.id.description else { return nil }
        return "sealed before this run began"
    }

    func provePendingSecret(_ plan: RotationPlan) async throws -> Proof { unproven("new value", "accepted") }

    func switchSecret(_ plan: RotationPlan) async throws {
        let present = try await record(plan)
        let isTraced = try await keeper.vault.known(present.value, tier: .use, at: plan.app) != nil
        try await change(plan, "switch", isTraced: isTraced) { secret in
            guard secret.valueRotation != plan.id.description else { return false }
            guard let pending = secret.pending, secret.pendingRotation == plan.id.description else {
                throw KeeperError(
                    .busy,
                    """
                    the new value of \(plan.app) was taken away by another process; begin anew with: \
                    coffer rotate \(plan.app) --\(plan.mode.rawValue) --force
                    """, path: plan.app)
            }
            secret.value = pending
            secret.storedAt = keeper.effects.now()
            secret.pending = nil
            secret.pendingRotation = nil
            secret.taintStrength = nil
            secret.taintRotation = nil
            secret.valueRotation = plan.id.description
            return true
        }
    }

    func removeOldSecret(_ plan: RotationPlan, byPerson: Bool) async throws -> SecretRemoval {
        .needsOperator(Self.removal(plan))
    }

    func proveOldSecretDead(_ plan: RotationPlan) async throws -> Proof { unproven("old value", "refused") }

    /// A static secret has no connections.
    func reissue(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> ReissueResult {
        .failed(reason: "a static secret has no connections", retryable: false)
    }

    /// A static secret has no connections.
    func proveTokens(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof] { [] }

    /// Nothing of it is left: the old value went when the new one came into force.
    func close(_ plan: RotationPlan, openItems: [String]) async throws {}

    // MARK: - Parts

    private func unproven(_ subject: String, _ claim: String) -> Proof {
        Proof(
            subject: subject, claim: claim, result: .unproven, at: keeper.effects.now(),
            evidence: "only where it comes from is that known")
    }

    private func record(_ plan: RotationPlan) async throws -> StaticSecret {
        try StaticSecret(try await keeper.entry(plan.app, .secret))
    }

    /// Changes the entry; the body returns false where the change was made before, by this rotation.
    private func change(
        _ plan: RotationPlan, _ reason: String, isTraced: Bool = false,
        _ body: (inout StaticSecret) throws -> Bool
    ) async throws {
        for attempt in 1...Self.writeTries {
            do {
                var secret = try await record(plan)
                guard try body(&secret) else { return }
                let traced = isTraced ? [TracedSecret(secret.value, tier: .use, field: SecretRecord.value)] : []
                let batch = WriteBatch(
                    .rotate, reason: keeper.because("\(plan.id) \(reason)"), drafts: [try secret.draft(traced: traced)])
                _ = try await keeper.vault.commit(batch)
                return
            } catch let error as VaultError where error.code == .conflict && attempt < Self.writeTries {
                continue
            }
        }
    }
}
