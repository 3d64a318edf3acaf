// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation

/// The steps of a rotation on the vault and the network: each idempotent, each keyed by the plan's id.
struct KeeperRotationSteps: RotationSteps {
    let keeper: Keeper
    /// Whether a person does what the plan's driver was to do.
    var byHand = false
    /// Whether it goes on where the provider answers nothing: what was asked is unproven, and who got no tokens is left.
    var withoutAnswers = false
    /// What the journal begins with, while it is opened.
    var opening: RotationOpening?

    /// How long a refresh that is under way is waited for: a whole token request, and the commit behind it.
    private static let flightWait = Duration.seconds(45)

    // MARK: - Taint and freeze

    func taint(_ plan: RotationPlan) async throws {
        try await change(plan, "taint \(plan.taint?.rawValue ?? "")") { app, _ in
            guard app.taintRotation != plan.id.description else { return nil }
            app.takeOver(for: plan.id.description)
            // What a secret minted that was replaced without a leak has a higher number than the last taint.
            app.taintEpoch = max(app.taintEpoch, app.secretEpoch) + 1
            app.taintStrength = plan.taint
            app.taintRotation = plan.id.description
            return []
        }
        // Kept outside the vault too: an older row of the app put back does not end the taint.
        let entry = try await keeper.entry(plan.app, .app)
        try keeper.vault.confirmTaint(try AppRecord(entry).taintEpoch, of: entry.id)
    }

    func connections(_ plan: RotationPlan) async throws -> [CredentialPath] {
        try keeper.mostExposedFirst(await keeper.connections(of: plan.app))
    }

    /// Sets the freeze, then waits for the flights that were under way: each has recorded an intent in the
    /// same order of writes, and holds its connection's lock until it has landed.
    func freeze(_ plan: RotationPlan) async throws {
        try await change(plan, "freeze") { app, _ in
            let isSwitched = app.secretRotation == plan.id.description
            guard app.frozenBy != plan.id.description, !isSwitched,
                plan.mode == .planned || app.secretEpoch < app.taintEpoch
            else { return nil }
            app.takeOver(for: plan.id.description)
            app.frozenBy = plan.id.description
            return []
        }
        try await awaitFlights(plan) { _ in true }
    }

    /// Waits for refreshes of the app that are under way, also of connections that are not in the plan: they present the
    /// same secret.
    ///
    /// - Parameters:
    ///   - plan: the rotation.
    ///   - isConcerned: whether a recorded intent counts.
    /// - Throws: `VaultError` with code `busy` if one takes too long.
    func awaitFlights(_ plan: RotationPlan, _ isConcerned: (ConnectionRecord) -> Bool) async throws {
        for entry in try await keeper.connections(of: plan.app) {
            if let record = try ConnectionRecord.known(entry), record.intent == nil || !isConcerned(record) { continue }
            try await keeper.vault.withLock(entry.id, wait: Self.flightWait, clock: keeper.effects.clock) {}
        }
    }

    // MARK: - The secret

    func switchSecret(_ plan: RotationPlan) async throws {
        try await change(plan, "switch") { app, _ in
            guard let pending = app.pendingSecret, app.pendingRotation == plan.id.description else { return nil }
            app.retiredSecret = app.registration?.clientSecret
            app.registration?.clientSecret = pending
            app.pendingSecret = nil
            app.pendingRotation = nil
            app.pendingWasRefused = false
            app.secretRotation = plan.id.description
            app.secretEpoch = plan.mode == .leak ? app.taintEpoch : max(app.taintEpoch, app.secretEpoch) + 1
            app.frozenBy = nil
            return [TracedSecret(pending, tier: .issue, field: AppRecord.Tag.clientSecret)]
        }
    }

    func close(_ plan: RotationPlan, openItems: [String]) async throws {
        try await reissueUnplanned(plan)
        for entry in try await keeper.connections(of: plan.app) where try ConnectionRecord.known(entry) != nil {
            try await keeper.changeConnection(entry.path, action: .rotate, reason: "\(plan.id) close") { record in
                record.forgetLeaked()
            }
        }
        try await change(plan, "close") { app, _ in
            guard app.retiredSecret != nil || app.frozenBy != nil || !app.unwanted.isEmpty else { return nil }
            app.retiredSecret = nil
            app.unwanted = []
            app.frozenBy = nil
            return []
        }
    }

    /// A connection that was made while the rotation was being opened, or whose code was being exchanged then, is in no plan and has
    /// tokens from before all the same.
    private func reissueUnplanned(_ plan: RotationPlan) async throws {
        let planned = Set(plan.connections)
        for entry in try await keeper.connections(of: plan.app) where !planned.contains(entry.path) {
            guard case .failed(let reason, _) = try await reissue(entry.path, plan) else { continue }
            keeper.effects.log.warning("\(entry.path) is not in the plan of \(plan.id) and keeps its tokens: \(reason)")
        }
    }

    // MARK: - Parts

    func app(_ plan: RotationPlan) async throws -> (record: AppRecord, entry: Entry, registration: ClientRegistration) {
        let entry = try await keeper.entry(plan.app, .app)
        let record = try AppRecord(entry)
        guard let registration = record.registration else {
            throw VaultError(.notPermitted, "this identity may read but not rotate in space \(plan.app.space)")
        }
        return (record, entry, registration)
    }

    /// Changes the app's entry; the body returns nil where the change was made before, by this rotation.
    func change(
        _ plan: RotationPlan, _ reason: String,
        _ body: (inout AppRecord, ClientRegistration) throws -> [TracedSecret]?
    ) async throws {
        try await keeper.change(for: plan, reason, opening: opening) {
            let found = try await app(plan)
            var record = found.record
            guard let traced = try body(&record, found.registration) else { return nil }
            return try record.draft(replacing: found.entry, traced: traced)
        }
    }
}
