// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault

/// A move that was looked at and waits for a yes; nothing is changed yet.
package final class PreparedMigration: Sendable {
    /// What it will do.
    package let plan: MigrationPlan
    private let source: any VaultStore
    private let target: MigrationTarget
    private let text: IdentityText
    private let location: VaultLocation
    private let effects: KeeperEffects
    private let reason: String

    init(
        from source: any VaultStore, to target: MigrationTarget, with text: IdentityText, plan: MigrationPlan,
        at location: VaultLocation, effects: KeeperEffects, reason: String
    ) {
        self.plan = plan
        self.source = source
        self.target = target
        self.text = text
        self.location = location
        self.effects = effects
        self.reason = reason
    }

    /// Moves the vault, or goes on where an earlier call was cut off, and opens it where it is then, as everybody will.
    ///
    /// - Parameter progress: Hears how far it is.
    /// - Returns: what became of it.
    /// - Throws: as ``VaultMove/run(holding:finishing:)``, and as opening a vault.
    package func perform(_ progress: @escaping @Sendable (MoveProgress) -> Void) async throws -> MigrationSummary {
        // Before the new place is opened: who comes second must not take a file away that the first is just making.
        let turn = try await VaultMove.takeTurn(on: source)
        defer { turn.release() }
        let (store, isUnnamed) = try await target.open()
        let move = VaultMove(
            from: source, to: store, with: text, trusting: location.pin, as: target.destination(from: location),
            spill: target.spill, reason: reason, clock: effects.clock, progress: progress, now: effects.now)
        let report = try await move.run(holding: turn) { [target] in
            try target.finish(store, isUnnamed: isUnnamed)
        }
        // Whoever moved it has seen it there from here on; and it is shown that it opens.
        let vault = try await Vault.unlock(
            try await target.location.openStore(), with: text, trusting: location.pin,
            remembering: Keeper.seenPlace(target.location, effects.log), now: effects.now)
        try await vault.rememberSynced()
        return MigrationSummary(plan, report)
    }
}
