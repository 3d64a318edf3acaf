// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault
import Foundation

/// A vault as it was earlier, while what became of it since is marked in it.
struct RestoredVault: Sendable {
    let vault: Vault
    /// For the events.
    let reason: String

    /// What became of the connections.
    struct Fates: Sendable {
        /// Those that the next refresh decides about.
        var doubtful: [String] = []
        /// Those that a person must connect again.
        var spent: [String] = []
        /// The entries that were written.
        var written: Set<EntryID> = []
    }

    /// When the newest event before the restore was written.
    func backupTime() async throws -> Date? {
        try await vault.ownAudit().last { $0.action != .restore }?.at
    }

    /// Gives apps and static secrets the taints that are known from elsewhere; hand-outs are on hold where it is not known
    /// how.
    ///
    /// - Parameters:
    ///   - old: The entries of the vault that is replaced, as far as they can be read.
    ///   - seen: The taints in this machine's record.
    /// - Returns: the paths of those that it changed.
    /// - Throws: ``VaultError``.
    func taint(again old: [Entry], _ seen: [EntryID: Int64]) async throws -> [String] {
        let before = Dictionary(old.map { ($0.id, $0) }) { first, _ in first }
        var drafts: [EntryDraft] = []
        for entry in try await vault.inspectAll() {
            switch entry.kind {
            case .app:
                if let draft = try Self.tainted(app: entry, before[entry.id], seen[entry.id]) { drafts.append(draft) }
            case .secret:
                if let draft = try Self.tainted(secret: entry, before[entry.id], seen[entry.id]) {
                    drafts.append(draft)
                }
            default: continue
            }
        }
        try await write(drafts)
        return drafts.map(\.path.description)
    }

    private static func tainted(app entry: Entry, _ old: Entry?, _ seen: Int64?) throws -> EntryDraft? {
        var app = try AppRecord(entry)
        let before = old.flatMap { try? AppRecord($0) }
        let epoch = max(before?.taintEpoch ?? 0, seen ?? 0)
        guard epoch > app.taintEpoch else { return nil }
        app.taintEpoch = epoch
        app.taintStrength = before?.taintStrength ?? .hold
        app.taintRotation = before?.taintRotation ?? app.taintRotation
        return try app.draft(replacing: entry)
    }

    /// The value that leaked, or one from before it: what was put in force since is in no way suspect.
    private static func tainted(secret entry: Entry, _ old: Entry?, _ seen: Int64?) throws -> EntryDraft? {
        guard var secret = try? StaticSecret(entry), secret.taintStrength == nil else { return nil }
        let before = old.flatMap { try? StaticSecret($0) }
        let known = before.flatMap { $0.taintStrength == nil ? nil : $0.standsSince }
        guard let leaked = [seen, known].compactMap(\.self).max(), secret.standsSince <= leaked else { return nil }
        secret.taintStrength = before?.taintStrength ?? .hold
        secret.taintRotation = before?.taintRotation
        return try secret.draft()
    }

    /// Makes every connection doubtful until its next refresh.
    func doubt(at now: Date) async throws -> Fates {
        var fates = Fates()
        var drafts: [EntryDraft] = []
        for (entry, fate) in try await connections(at: now) {
            switch fate {
            case .unchanged: continue
            case .doubtful(let record):
                fates.doubtful.append(entry.path.description)
                drafts.append(try record.draft(replacing: entry))
            case .spent(let record):
                fates.spent.append(entry.path.description)
                drafts.append(try record.draft(replacing: entry))
            }
            fates.written.insert(entry.id)
        }
        try await write(drafts)
        return fates
    }

    /// Every connection that a refresh could have spent since, with how it comes back.
    private func connections(at now: Date) async throws -> [(entry: Entry, fate: DoubtfulConnection.Fate)] {
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
    private func write(_ drafts: [EntryDraft]) async throws {
        guard !drafts.isEmpty else { return }
        _ = try await vault.commit(WriteBatch(.restore, reason: reason, drafts: drafts))
    }
}
