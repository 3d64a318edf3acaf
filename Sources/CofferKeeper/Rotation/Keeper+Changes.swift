// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault

extension Keeper {
    /// How often a rotation's write is tried when another process writes the entry in between.
    private static let rotationWriteTries = 20

    /// Changes what a rotation replaces, by compare-and-swap.
    ///
    /// - Parameters:
    ///   - plan: The rotation.
    ///   - remark: What is changed, for the event.
    ///   - opening: What the journal begins with, where the change is a part of that.
    ///   - draft: Reads the entry anew; nil where the change was made before, by this rotation.
    /// - Throws: what the draft throws; ``VaultError/Code/conflict`` if somebody came in between each time.
    func change(
        for plan: RotationPlan, _ remark: String, opening: RotationOpening? = nil,
        _ draft: () async throws -> EntryDraft?
    ) async throws {
        var triesLeft = Self.rotationWriteTries
        while true {
            triesLeft -= 1
            do {
                guard let draft = try await draft() else { return }
                let batch = WriteBatch(.rotate, reason: because("\(plan.id) \(remark)"), drafts: [draft])
                if let opening {
                    try await opening.journal.begin(opening, with: batch)
                } else {
                    _ = try await vault.commit(batch)
                }
                return
            } catch let error as VaultError where error.code == .conflict && triesLeft > 0 {
                continue
            }
        }
    }

    /// Changes a connection's record by compare-and-swap; the body returns false where nothing is to change.
    ///
    /// Gone connections are passed over: what was removed needs no change.
    @discardableResult
    func changeConnection(
        _ path: CredentialPath, action: AuditAction, reason: String,
        tracing traced: (ConnectionRecord) -> [TracedSecret] = { _ in [] },
        _ body: (inout ConnectionRecord) throws -> Bool
    ) async throws -> ConnectionRecord? {
        try await amongOthers(path) { try await changeOnce(path, action, reason, traced, body) }
    }

    private func changeOnce(
        _ path: CredentialPath, _ action: AuditAction, _ remark: String,
        _ traced: (ConnectionRecord) -> [TracedSecret], _ body: (inout ConnectionRecord) throws -> Bool
    ) async throws -> ConnectionRecord? {
        guard var entry = try await vault.inspect(path), entry.kind == .connection else { return nil }
        let appEntry: Entry? = if let appPath = path.parent { try await vault.inspect(appPath) } else { nil }
        // Where nothing is to change, nothing is written over.
        if let appEntry, try await grants.takeInSpill(GrantPair(entry: entry, appEntry: appEntry), isReading: true) {
            guard let newer = try await vault.inspect(path) else { return nil }
            entry = newer
        }
        var record = try ConnectionRecord(entry)
        guard try body(&record) else { return record }
        // Once more: now a folder that can't be looked into matters.
        if let appEntry, try await grants.takeInSpill(GrantPair(entry: entry, appEntry: appEntry)) {
            throw VaultError(.conflict, "\(path) was refreshed meanwhile")
        }
        _ = try await vault.commit(
            WriteBatch(
                action, reason: because(remark), details: ["version": "\(record.tokenVersion)"],
                drafts: [try record.draft(replacing: entry, traced: traced(record))]))
        return record
    }
}
