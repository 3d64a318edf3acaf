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
    let vault: Vault
    /// How many manifests were added from the vault that is replaced.
    let addedManifests: Int
    private let reason: String

    private init(path: String, store: SQLiteStore, vault: Vault, addedManifests: Int, reason: String) {
        self.path = path
        self.store = store
        self.vault = vault
        self.addedManifests = addedManifests
        self.reason = reason
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
            return RestoreDraft(path: path, store: store, vault: vault, addedManifests: added, reason: reason)
        }
    }

    /// Every connection that a refresh could have spent since, with how it comes back.
    func connections(at now: Date) async throws -> [(entry: Entry, fate: DoubtfulConnection.Fate)] {
        let entries = try await vault.inspectAll()
        let apps = Dictionary(entries.filter { $0.kind == .app }.map { ($0.path, $0) }) { first, _ in first }
        var found: [(Entry, DoubtfulConnection.Fate)] = []
        for entry in entries where entry.kind == .connection {
            guard let parent = entry.path.parent, let app = apps[parent] else { continue }
            let pair = try GrantPair(showing: entry, appEntry: app)
            found.append((entry, try await DoubtfulConnection(pair, in: vault, at: now).fate()))
        }
        return found
    }

    /// Writes what became doubtful, spent or tainted.
    func write(_ drafts: [EntryDraft]) async throws {
        guard !drafts.isEmpty else { return }
        _ = try await vault.commit(WriteBatch(.restore, reason: reason, drafts: drafts))
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
