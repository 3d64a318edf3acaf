// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

extension Keeper {
    /// Looks at a vault that is to be moved, from a file into a database or back; nothing is changed yet.
    ///
    /// - Parameters:
    ///   - name: Where to: a path, or the URL of a database.
    ///   - location: The vault, and the identity of an owner of all its spaces.
    ///   - effects: The clock and where warnings go.
    ///   - reason: For the events.
    /// - Returns: what will be done, and the way to do it.
    /// - Throws: ``KeeperError/Code/usage``; ``VaultError/Code/notPermitted`` for whoever is no such owner, and as opening a vault.
    package static func prepareMigration(
        to name: String, of location: VaultLocation, effects: KeeperEffects, reason: String = ""
    ) async throws -> PreparedMigration {
        let text = try await location.identity.read(effects.log)
        let store = try await location.openStore()
        let outlook = try await MoveOutlook(of: store, with: text, trusting: location.pin)
        if !outlook.isMarked {
            // An older store than this machine has seen is not brought anywhere.
            _ = try await Vault.unlock(
                store, with: text, trusting: location.pin, remembering: seenPlace(location, effects.log),
                now: effects.now)
        }
        let target = try MigrationTarget(name, of: outlook.vaultID, at: location)
        let plan = MigrationPlan(
            vault: outlook.vaultID.description, from: location.vaultPath, to: target.location.vaultPath,
            entryCount: outlook.entryCount, isMarked: outlook.isMarked)
        return PreparedMigration(
            from: store, to: target, with: text, plan: plan, at: location, effects: effects, reason: reason)
    }
}
