// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSQLite
import CofferVault
import Foundation

/// The file that is to take the vault's place, while it is made: a private copy of the backup.
final class RestoreDraft: Sendable {
    /// What stands between the vault's name and a random part.
    private static let infix = ".restoring-"

    let path: String
    let store: SQLiteStore
    /// What is in it.
    let restored: RestoredVault
    /// How many manifests were added from the vault that is replaced.
    let addedManifests: Int

    private init(path: String, store: SQLiteStore, restored: RestoredVault, addedManifests: Int) {
        self.path = path
        self.store = store
        self.restored = restored
        self.addedManifests = addedManifests
    }

    /// Copies a backup, brings its membership up to now, and signs that the vault goes back to it.
    ///
    /// - Throws: ``VaultError``, if it is not whole or can't be put in the vault's place.
    static func make(
        of backup: BackupFile, beside vaultPath: String, with text: IdentityText, trusting pin: Pin?,
        after remains: VaultRemains, spent: [StoredFingerprint], seenAt place: SeenPlace?, effects: KeeperEffects,
        reason: String
    ) async throws -> RestoreDraft {
        let path = "\(vaultPath)\(infix)\(EntryID.random())"
        try backup.copy(to: path)
        let anchor = Vault.newestPin(of: text, pin, seen: place)
        return try await backup.naming(path) {
            let store = try SQLiteStore.open(path)
            let added = try await Vault.extend(store, from: remains, upTo: anchor)
            let vault = try await Vault.unlock(store, with: text, trusting: pin, now: effects.now)
            let seen = place.flatMap { Vault.recalled(at: $0, of: vault.id, by: text) }
            try await vault.confirmRestorable(after: seen)
            _ = try await vault.signRestoration(spent: spent, reason: reason)
            // Only now: the bounds of departed members may have lain beyond the backup.
            let report = try await vault.verify(index: Keeper.expectedIndex)
            if let fault = report.findings.first(where: { $0.severity == .damaged && !$0.leavesDataSound }) {
                throw VaultError(
                    .damaged, "the backup \(backup.path) is damaged: \(fault.place): \(fault.what); take another")
            }
            return RestoreDraft(
                path: path, store: store, restored: RestoredVault(vault: vault, reason: reason), addedManifests: added)
        }
    }

    /// Closes the file, whole and without a log.
    func finish() async throws {
        try store.seal()
    }

    /// Removes what a restore that was cut off left; only under a claim, so that none is under way.
    static func removeLeftovers(of vaultPath: String) {
        let folder = FilePathText.folder(of: vaultPath)
        let start = FilePathText.name(of: vaultPath) + infix
        for name in FileCondition.names(in: folder) where name.hasPrefix(start) { unlink("\(folder)/\(name)") }
    }
}
