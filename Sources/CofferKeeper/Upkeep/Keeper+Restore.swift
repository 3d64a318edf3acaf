// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSQLite
import CofferVault
import Foundation

extension Keeper {
    /// Looks at a backup from all sides and prepares to put it in the vault's place; nothing is changed yet.
    ///
    /// - Parameters:
    ///   - backup: The backup's file, which is only read.
    ///   - location: The vault and its owner's identity.
    ///   - effects: The clock and where warnings go.
    ///   - reason: For the events.
    /// - Returns: what will be done, and the way to do it.
    /// - Throws: ``KeeperError/Code/usage`` for a vault in a database; ``VaultError/Code/busy`` while anybody has the vault open; ``VaultError/Code/notPermitted`` for whoever is
    ///   no owner; ``VaultError/Code/damaged``, ``VaultError/Code/unrestorable``.
    package static func prepareRestore(
        of backup: String, to location: VaultLocation, effects: KeeperEffects, reason: String = ""
    ) async throws -> PreparedRestore {
        try location.requireFile(
            "put a backup in its place with PostgreSQL's own programs (docs/operations.md), then run: "
                + "coffer restore --in-place")
        let file = try BackupFile(backup)
        guard !FileCopy.isSame(backup, location.vaultPath) else {
            throw KeeperError(.usage, "\(backup) is the vault itself")
        }
        let text = try await location.identity.read(effects.log)
        try AtomicFile.makeFolder(FilePathText.folder(of: location.vaultPath))
        let claim = try SQLiteStore.claim(location.vaultPath)
        do {
            RestoreDraft.removeLeftovers(of: claim.path)
            try await refuseMoved(claim, text, location.pin)
            return try await prepare(file, text, location, effects, reason, claim)
        } catch {
            RestoreDraft.removeLeftovers(of: claim.path)
            claim.release()
            throw error
        }
    }

    private static func prepare(
        _ backup: BackupFile, _ text: IdentityText, _ location: VaultLocation, _ effects: KeeperEffects,
        _ reason: String,
        _ claim: StoreClaim
    ) async throws -> PreparedRestore {
        let place = seenPlace(location, effects.log)
        let kept = text.pin.flatMap { pin in
            place.map { SeenManifests(folder: $0.folder, vaultID: pin.vaultID) }
        }
        let anchor = Vault.newestPin(of: text, location.pin, seen: place)
        let remains = await remains(at: claim, kept, anchor, text, location.pin)
        var spent = remains.spent
        if !remains.hasAllSpent {
            effects.log.warning("which refresh tokens are spent can't all be read from the present vault")
        }
        if let place, let id = text.pin?.vaultID {
            do { spent += try SpentLog(folder: place.folder, vaultID: id).fingerprints() } catch {
                effects.log.warning("the log of spent refresh tokens can't be read: \(error.message)")
            }
        }
        let draft = try await RestoreDraft.make(
            of: backup, beside: claim.path, with: text, trusting: location.pin, after: remains, spent: spent,
            seenAt: place, effects: effects, reason: reason)
        let seen = place.flatMap { Vault.recalled(at: $0, of: draft.restored.vault.id, by: text) }
        let from = try await draft.restored.backupTime()
        let old = try? await remains.vault?.inspectReadable()
        let taints = try await draft.restored.taint(again: old?.entries ?? [], seen?.taints ?? [:])
        let fates = try await draft.restored.doubt(at: effects.now())
        let present = try await draft.restored.vault.inspectAll()
        let (left, free) = (claim.remains, nameToKeep(claim.path, effects.now()))
        let plan = RestorePlan(
            backup: backup.path, vault: claim.path, from: from,
            lost: old.map { Self.missing(from: present, of: $0.entries) },
            changed: old.map { Self.changed($0.entries, since: present, besides: fates.written) },
            returning: old.map { old in
                // Of a row that can't be read it is known that it is there.
                let closed = Set(old.unreadable)
                return Self.missing(from: old.entries, of: present.filter { !closed.contains($0.id.bytes) })
            }, doubtful: fates.doubtful, spent: fates.spent,
            tainted: taints, keptMembershipChanges: draft.addedManifests, keptAs: left.contains("") ? free : nil,
            keptLogs: left.filter { !$0.isEmpty }.map { free + $0 }, unreadable: old?.unreadable.count ?? 0)
        return PreparedRestore(
            draft, claim: claim, location: location, effects: effects, plan: plan, keptName: free)
    }

    /// What is left of the present vault; its log is moved into it, so that the two can be renamed as one.
    private static func remains(
        at claim: StoreClaim, _ seen: SeenManifests?, _ anchor: Pin?, _ text: IdentityText, _ pin: Pin?
    ) async -> VaultRemains {
        guard AtomicFile.exists(claim.path), let store = try? SQLiteStore.open(claim.path, under: claim) else {
            return VaultRemains(seen: seen, anchor: anchor)
        }
        let remains = await VaultRemains(of: store, seen: seen, anchor: anchor, with: text, trusting: pin)
        try? await store.truncateLog()
        return remains
    }

    /// A name that nothing has yet, as a restore that was killed may be done again within a second.
    ///
    /// The claim keeps others from taking it.
    private static func nameToKeep(_ path: String, _ now: Date) -> String {
        let time = now.ISO8601Format().filter { $0 != "-" && $0 != ":" }
        let name = "\(path).replaced-\(time)"
        var free = name
        var number = 2
        while ([""] + FilesBeside.logs).contains(where: { AtomicFile.exists(free + $0) }) {
            free = "\(name)-\(number)"
            number += 1
        }
        return free
    }

    private static func missing(from entries: [Entry], of others: [Entry]) -> [String] {
        let ids = Set(entries.map(\.id))
        return others.filter { !ids.contains($0.id) }.map(\.path.description)
    }

    /// Entries whose version went on since the backup; ours adds one to those that it writes itself.
    private static func changed(_ old: [Entry], since present: [Entry], besides written: Set<EntryID>) -> [String] {
        let versions = Dictionary(present.map { ($0.id, $0.version) }) { first, _ in first }
        return old.filter { entry in
            guard let version = versions[entry.id] else { return false }
            return entry.version > (written.contains(entry.id) ? version - 1 : version)
        }.map(\.path.description)
    }
}
