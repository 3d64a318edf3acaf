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
            app.epochs.beginTaint()
            app.taintStrength = plan.taint
            app.taintRotation = plan.id.description
            return []
        }
        // Kept outside the vault too: an older row of the app put back does not end the taint.
        let entry = try await keeper.entry(plan.app, .app)
        try keeper.vault.confirmTaint(try AppRecord(entry).taintEpoch, of: entry.id)
    }

    func connections(_ plan: RotationPlan) async throws -> [CredentialPath] {
        try keeper.mostExposedFirst(await keeper.readableConnections(of: plan.app))
    }

    /// Sets the freeze, then waits for the flights that were under way: each has recorded an intent in the
    /// same order of writes, and holds its connection's lock until it has landed.
    func freeze(_ plan: RotationPlan) async throws {
        try await change(plan, "freeze") { app, _ in
            let isSwitched = app.secretRotation == plan.id.description
            guard app.frozenBy != plan.id.description, !isSwitched,
                plan.mode == .planned || app.epochs.isSecretLeaked
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
        for entry in try await keeper.connections(of: plan.app, in: plan.mode) {
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
            let formerEpoch = app.secretEpoch
            app.epochs.switchSecret(in: plan.mode)
            app.switchClient(at: app.secretEpoch, after: formerEpoch)
            app.frozenBy = nil
            // Refreshes go on from here, and of what is on hold each would be a reissue.
            app.barredBy = plan.mode == .leak && plan.taint == .hold ? plan.id.description : nil
            return [TracedSecret(pending, tier: .issue, field: AppRecord.Tag.clientSecret)]
        }
    }

    /// Lets what is on hold have new tokens: the machine reissues nothing before the old secret is dead or nobody can say.
    ///
    /// Here and not with the proof, which while a removal is waited for is no verdict yet; and which an older program may have given,
    /// that knows of no bar.
    func liftBar(_ plan: RotationPlan) async throws {
        try await change(plan, "the old secret is out of the way") { app, _ in
            guard app.barredBy != nil else { return nil }
            app.barredBy = nil
            return []
        }
    }

    func close(_ plan: RotationPlan, openItems: [String]) async throws {
        // Where nothing leaked, what is of the former client was left as it was for as long as that was there.
        let clientEpoch = try await app(plan).record.clientEpoch
        for entry in try await keeper.connections(of: plan.app) where try ConnectionRecord.known(entry) != nil {
            try await keeper.changeConnection(entry.path, action: .rotate, reason: "\(plan.id) close") { record in
                let isStranded = record.strand(before: clientEpoch)
                return record.forgetLeaked() || isStranded
            }
        }
        try await change(plan, "close") { app, _ in
            guard app.retiredSecret != nil || app.frozenBy != nil || !app.unwanted.isEmpty else { return nil }
            app.retiredSecret = nil
            app.retiredClientID = nil
            app.barredBy = nil
            app.unwanted = []
            app.frozenBy = nil
            return []
        }
    }

    // MARK: - Parts

    func app(
        _ plan: RotationPlan, as read: Entry? = nil
    ) async throws -> (record: AppRecord, entry: Entry, registration: ClientRegistration) {
        let entry = if let read { read } else { try await keeper.entry(plan.app, .app) }
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
        var read = opening?.entry
        try await keeper.change(for: plan, reason, opening: opening) {
            let found = try await app(plan, as: read)
            read = nil
            var record = found.record
            guard let traced = try body(&record, found.registration) else { return nil }
            return try record.draft(replacing: found.entry, traced: traced)
        }
    }
}
