// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault
import Foundation

extension RestoreDraft {
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

    /// Gives the apps the taints that are known from elsewhere; hand-outs are on hold where it is not known how.
    ///
    /// - Returns: the paths of those that it changed.
    func taint(again old: [Entry], _ seen: [EntryID: Int64]) async throws -> [String] {
        var drafts: [EntryDraft] = []
        for entry in try await vault.inspectAll() where entry.kind == .app {
            var app = try AppRecord(entry)
            let before = old.first { $0.id == entry.id && $0.kind == .app }.flatMap { try? AppRecord($0) }
            let epoch = max(before?.taintEpoch ?? 0, seen[entry.id] ?? 0)
            guard epoch > app.taintEpoch else { continue }
            app.taintEpoch = epoch
            app.taintStrength = before?.taintStrength ?? .hold
            app.taintRotation = before?.taintRotation ?? app.taintRotation
            drafts.append(try app.draft(replacing: entry))
        }
        try await write(drafts)
        return drafts.map(\.path.description)
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
}
