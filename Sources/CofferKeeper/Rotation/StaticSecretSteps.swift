// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferRotation
import CofferVault

/// The steps of a rotation of a static secret: each idempotent, each keyed by the plan's id.
///
/// Nobody is asked anything over the network: what a value opens, and where it comes from, only people know, or the program
/// that this machine has set for it.
struct StaticSecretSteps: RotationSteps {
    let keeper: Keeper
    /// Whether a person does what the plan's program was to do.
    var byHand = false
    /// What the journal begins with, while it is opened.
    var opening: RotationOpening?

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

    /// Nothing is connected to it.
    func connections(_ plan: RotationPlan) async throws -> [CredentialPath] { [] }

    /// Nothing is refreshed with it.
    func freeze(_ plan: RotationPlan) async throws {}

    func replaceSecret(
        _ plan: RotationPlan, attempt: Int, mayHaveBeenSent: Bool
    ) async throws -> SecretReplacement {
        // From here on nobody else puts another value there: the one that comes would take its place.
        try await change(plan, "begin") { $0.begin(plan.id.description) }
        let present = try await record(plan)
        let isFile = Self.isFile(present.value)
        guard try plan.isProgrammed else { return .needsOperator(Self.request(plan, isFile: isFile)) }
        if let evidence = alreadySealed(present, plan) { return .pendingSealed(evidence: evidence) }
        guard !byHand else {
            let reason = Self.handedOver(mayHaveBeenSent)
            return .needsOperator(Self.request(plan, because: reason, isFile: isFile))
        }
        let driver = try keeper.requiredValueDriver(of: plan.app)
        let order = order(present, plan, attempt: attempt, mayHaveBeenSent: mayHaveBeenSent)
        guard let made = try await driver.newValue(order, isSecond: plan.overlaps) else {
            return .needsOperator(Self.request(plan, because: driver.handsOver, isFile: isFile))
        }
        try await seal(made.value, plan)
        return .pendingSealed(evidence: made.evidence)
    }

    func accept(_ secret: Secret, clientID: String?, _ plan: RotationPlan) async throws -> String? {
        guard clientID == nil else { throw Keeper.noClientID(of: plan.app) }
        let present = try await record(plan)
        let isFile = Self.isFile(present.value)
        // A file is taken as `put` takes it; the end of one line is the terminal's, the shell's or an editor's.
        let value = isFile ? secret : secret.withoutLineEnd
        let bare = value.withoutLineEnd
        guard !bare.isEmpty else { throw RotationError(.unusableSecret, "nothing was entered") }
        guard isFile == Self.isFile(value) else {
            throw RotationError(
                .unusableSecret,
                isFile
                    ? "the present value is a file of several lines, and that is one line; give the whole file on standard "
                        + "input: coffer rotate resume \(plan.id) < FILE"
                    : "that holds a line break or a control character; copy the value alone")
        }
        // What was stored from a file may end a line.
        guard bare != present.value.withoutLineEnd else {
            throw RotationError(.unusableSecret, "that is the old value; make a new one where it comes from first")
        }
        // Of one that was given up: made for a rotation whose value may have leaked too.
        let isPending = present.pending?.withoutLineEnd == bare
        let isOfAnother = isPending && present.pendingRotation != plan.id.description
        guard !isOfAnother, !present.unwanted.contains(where: { $0.withoutLineEnd == bare }) else {
            throw RotationError(
                .unusableSecret, "that is of a rotation that was abandoned, or was refused; make a new one")
        }
        guard !isPending || !present.pendingWasRefused else {
            throw RotationError(.unusableSecret, "that is the value that has just been refused")
        }
        try await seal(value, plan)
        return nil
    }

    func sealedSecret(_ plan: RotationPlan) async throws -> String? {
        alreadySealed(try await record(plan), plan)
    }

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
            // For the program that is asked to end it, or whether it is refused.
            secret.retired = plan.driver == DriverTable.command ? secret.value : nil
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

    /// A static secret has no connections.
    func reissue(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> ReissueResult {
        .failed(reason: "a static secret has no connections", retryable: false)
    }

    /// A static secret has no connections.
    func proveTokens(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof] { [] }

    /// A static secret has no connections.
    func proveLeft(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof] { [] }

    func close(_ plan: RotationPlan, openItems: [String]) async throws {
        try await change(plan, "close") { secret in
            guard secret.retired != nil || !secret.unwanted.isEmpty else { return false }
            secret.retired = nil
            secret.unwanted = []
            return true
        }
    }

    // MARK: - Parts

    /// Whether a value is a file's and no line of text: a key, a certificate, JSON over several lines.
    ///
    /// Its like is asked for in its place. The first line of a key that was pasted at a prompt is none.
    private static func isFile(_ value: Secret) -> Bool {
        value.withoutLineEnd.withExposedBytes { bytes in bytes.contains { $0 < 0x20 || $0 == 0x7F } }
    }

    /// A pending value of this rotation that nobody refused: the answer was sealed and the journal entry lost.
    private func alreadySealed(_ present: StaticSecret, _ plan: RotationPlan) -> String? {
        guard present.pending != nil, present.pendingRotation == plan.id.description, !present.pendingWasRefused
        else { return nil }
        return "sealed before this run began"
    }

    private func seal(_ value: Secret, _ plan: RotationPlan) async throws {
        try await change(plan, "pending value") { secret in
            // Beside the old one a refused value stays where it comes from until somebody ends it.
            if plan.overlaps, let refused = secret.pending, refused != value { secret.discard(refused) }
            secret.pending = value
            secret.pendingRotation = plan.id.description
            secret.pendingWasRefused = false
            return true
        }
    }

    func record(_ plan: RotationPlan) async throws -> StaticSecret {
        try StaticSecret(try await keeper.entry(plan.app, .secret))
    }

    /// Changes the entry, and remembers the version; the body returns false where the change was made before, by this
    /// rotation.
    func change(
        _ plan: RotationPlan, _ reason: String, isTraced: Bool = false,
        _ body: (inout StaticSecret) throws -> Bool
    ) async throws {
        try await keeper.change(for: plan, reason, opening: opening) {
            var secret = try await keeper.confirmedSecret(keeper.entry(plan.app, .secret))
            guard try body(&secret) else { return nil }
            return try secret.draft(
                traced: isTraced ? [TracedSecret(secret.value, tier: .use, field: SecretRecord.value)] : [])
        }
        // Kept outside the vault too: an older row put back neither ends the taint nor brings the old value back.
        let entry = try await keeper.entry(plan.app, .secret)
        keeper.remember(try StaticSecret(entry), of: entry)
    }
}
